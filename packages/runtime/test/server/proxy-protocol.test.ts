// The PROXY protocol before all that a server of ours, of Node's and of Fastify may speak.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { pipit } from '@pipit/runtime/fastify';
import {
  acceptProxyProtocol,
  createHandler,
  createServer,
  type ProxyProtocolOptions,
} from '@pipit/runtime/node';
import { fastify } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listening, postHttp2 } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { proxyHeaders } from '../fixture/proxy-header.ts';
import { probe } from '../fixture/serve.ts';

const pem = readFileSync(new URL('../fixture/localhost.pem', import.meta.url));
const tls = { key: pem, cert: pem };
const services = [Probe.serve(probe({ say: (_, { peer }) => ({ text: peer }) }))];
const handler = createHandler({ services });
const http1 =
  'POST /api/pipit.test.v1.Probe/Say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}';

type Told = Omit<ProxyProtocolOptions, 'from'> & { readonly from?: readonly string[] };

/** The port of a server that reads the protocol, and what it has refused. */
async function accepting(server: Server, options: Told = {}): Promise<{ port: number; refused: string[][] }> {
  const refused: string[][] = [];
  const onRefused = (...told: string[]): void => void refused.push(told);
  acceptProxyProtocol(server, { from: ['loopback'], onRefused, ...options });
  return { port: await listening(server), refused };
}

/** A balancer's connection, which has said its header. */
function balanced(port: number, header: string | Buffer): Socket {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write(header);
  return socket;
}

describe.each(proxyHeaders)('of a header of %s the address is the peer', (_, header) => {
  test.each([
    ['createServer', () => createServer(handler)],
    ['node:http', () => createHttp1(handler)],
  ])('over HTTP/1.1 (%s)', async (_, server) => {
    const { port } = await accepting(server());
    const socket = balanced(port, header);
    socket.write(http1);
    expect(await text(socket)).toContain('{"text":"203.0.113.7"');
  });

  test('over HTTP/1.1 in one piece with the request', async () => {
    const { port } = await accepting(createServer(handler));
    const socket = balanced(port, Buffer.concat([Buffer.from(header), Buffer.from(http1)]));
    expect(await text(socket)).toContain('{"text":"203.0.113.7"');
  });

  test('in Fastify', async () => {
    const app = fastify({
      serverFactory: (listener) => {
        const server = createServer(listener);
        acceptProxyProtocol(server, { from: ['loopback'] });
        return server;
      },
    });
    await app.register(pipit, { services });
    await app.ready();
    const socket = balanced(await listening(app.server), header);
    socket.write(http1);
    expect(await text(socket)).toContain('{"text":"203.0.113.7"');
  });

  test('over HTTP/1.1 in TLS', async () => {
    const { port } = await accepting(createServer(handler, { tls }));
    const socket = connectTls({ socket: balanced(port, header), rejectUnauthorized: false });
    socket.write(http1);
    expect(await text(socket)).toContain('{"text":"203.0.113.7"');
  });

  test('over HTTP/2', async () => {
    const { port } = await accepting(createServer(handler));
    const session = connectHttp2('http://x', { createConnection: () => balanced(port, header) });
    onTestFinished(() => session.destroy());
    for (let call = 0; call < 2; call++) {
      expect(String((await postHttp2(session, 'Say', '{}')).body)).toContain('{"text":"203.0.113.7"');
    }
  });

  test('over HTTP/2 in TLS', async () => {
    const { port } = await accepting(createServer(handler, { tls }));
    const socket = connectTls({
      socket: balanced(port, header),
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    const session = connectHttp2('https://x', { createConnection: () => socket });
    onTestFinished(() => session.destroy());
    expect(String((await postHttp2(session, 'Say', '{}')).body)).toContain('{"text":"203.0.113.7"');
  });

  test('when it comes byte by byte', async () => {
    const server = createServer(handler);
    const { port } = await accepting(server);
    const taken = once(server, 'connection') as Promise<[Socket]>;
    const socket = balanced(port, '').setNoDelay();
    const [peer] = await taken;
    let sent = 0;
    for (const byte of Buffer.concat([Buffer.from(header), Buffer.from('POST')])) {
      socket.write(Buffer.of(byte));
      sent += 1;
      await expect.poll(() => peer.bytesRead, { interval: 1 }).toBe(sent);
    }
    socket.write(http1.slice(4));
    expect(await text(socket)).toContain('{"text":"203.0.113.7"');
  });
});

test('a balancer that speaks for itself keeps its own address', async () => {
  const { port } = await accepting(createServer(handler));
  const socket = balanced(port, 'PROXY UNKNOWN\r\n');
  socket.write(http1);
  expect(await text(socket)).toContain('{"text":"127.0.0.1"');
});

test('whoever is not a balancer needs no header, and cannot lie by one', async () => {
  const { port, refused } = await accepting(createServer(handler), { from: ['10.0.0.0/8', 'unix'] });
  expect(await text(balanced(port, http1))).toContain('{"text":"127.0.0.1"');
  const [, [, header]] = proxyHeaders as [unknown, [string, Buffer]];
  expect(await text(balanced(port, header).end(http1))).not.toContain('203.0.113.7');
  expect(refused).toEqual([]);
});

describe.each([
  ['plaintext', {}],
  ['TLS', { tls }],
])('in %s', (_, options) => {
  test('a malformed header closes the connection, and is told with the address of the balancer', async () => {
    const { port, refused } = await accepting(createServer(handler, options));
    expect(await text(balanced(port, http1))).toBe('');
    expect(refused).toEqual([[expect.stringContaining('begins with "POST /api/pi"'), '127.0.0.1']]);
  });

  test('one that breaks off is told, too', async () => {
    const { port, refused } = await accepting(createServer(handler, options));
    expect(await text(balanced(port, 'PROXY TCP4 1').end())).toBe('');
    expect(refused).toEqual([['ended in its PROXY header', '127.0.0.1']]);
  });

  test('one that does not come in time closes the connection', async () => {
    const { port, refused } = await accepting(createServer(handler, options), { timeout: 50 });
    expect(await text(balanced(port, 'PROXY'))).toBe('');
    expect(refused).toEqual([['sent no PROXY header within 50 ms', '127.0.0.1']]);
  });

  test('a balancer that looks whether the port is open is not told of', async () => {
    const { port, refused } = await accepting(createServer(handler, options));
    for (const header of ['', 'PROXY UNKNOWN\r\n']) {
      expect(await text(balanced(port, header).end())).toBe('');
    }
    expect(refused).toEqual([]);
  });

  test('a connection that has said nothing does not keep the server from closing', async () => {
    const server = createServer(handler, options);
    const { port } = await accepting(server, { timeout: 2 ** 30 });
    const taken = once(server, 'connection');
    const socket = balanced(port, 'PROXY');
    await taken;
    const closed = once(server.close(), 'close');
    expect(await text(socket)).toBe('');
    await closed;
  });
});
