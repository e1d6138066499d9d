import { once } from 'node:events';
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { budgets } from '../../src/protocol/budgets.ts';
import { RegisterResponse } from '../../src/protocol/registry.pb.ts';
import { frame } from '../../src/stream/frames.ts';
import { authority, certificate } from '../certificates.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Recorder, text } from './recorder.ts';
import { afterwards, connected, dialed, rawCall, rawClient, startServer, type Rig } from './rig.ts';

interface Answer {
  readonly headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly body: Buffer;
}

async function answerOf(call: ClientHttp2Stream): Promise<Answer> {
  let trailers: IncomingHttpHeaders | undefined;
  let headers: Answer['headers'] = {};
  const chunks: Buffer[] = [];
  call.on('response', (received) => (headers = received));
  call.on('trailers', (received) => (trailers = received));
  call.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(call, 'close');
  return { headers, trailers, body: Buffer.concat(chunks) };
}

describe('[openingMessage] before the peer is accepted', () => {
  /** The head of a message of so many bytes. */
  const head = (size: number): Buffer => {
    const bytes = Buffer.alloc(5);
    bytes.writeUInt32BE(size, 1);
    return bytes;
  };

  test('a message is refused by its announced length; afterwards it is taken', async () => {
    const { bytes } = budgets.openingMessage;
    const streams: Recorder[] = [];
    const partial: number[] = [];
    const { port } = await startServer({
      onStream(stream) {
        streams.push(
          Object.assign(new Recorder(stream), {
            partial(kept: number) {
              partial.push(kept);
              stream.accepted?.();
            },
          }),
        );
      },
    });
    const refused = rawCall(rawClient(port));
    refused.write(head(bytes + 1));
    expect((await answerOf(refused)).trailers).toMatchObject({ 'grpc-status': '8' });
    const accepted = rawCall(rawClient(port));
    accepted.write(head(bytes));
    accepted.write(Buffer.alloc(10));
    await expect.poll(() => partial.length).toBeGreaterThan(0);
    expect(Math.max(...partial)).toBeLessThanOrEqual(bytes);
    accepted.write(Buffer.alloc(bytes - 10));
    accepted.write(head(2 * bytes));
    accepted.write(Buffer.alloc(2 * bytes));
    await expect.poll(() => streams[1]?.log.length).toBe(2);
  });
});

describe('what is no stream of a service', () => {
  test('an unknown method is unimplemented, in one block of headers', async () => {
    const { port } = await startServer();
    const { headers, body } = await answerOf(
      rawCall(rawClient(port), { ':path': '/registry.RegistryService/Nope' }),
    );
    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '12',
    });
    expect(decodeURIComponent(String(headers['grpc-message']))).toContain('/registry.RegistryService/Nope');
    expect(body).toHaveLength(0);
  });

  test('Register is told to open the stream', async () => {
    const { port } = await startServer();
    const call = rawCall(rawClient(port), { ':path': '/registry.RegistryService/Register' });
    for (const piece of frame([Buffer.alloc(100)])) call.end(piece);
    const { trailers, body } = await answerOf(call);
    expect(trailers).toMatchObject({ 'grpc-status': '0' });
    const { success, message } = RegisterResponse.decode(body.subarray(5));
    expect(success).toBe(false);
    expect(message).toContain('EstablishConnection');
  });

  test('health is answered by who was given for it', async () => {
    const paths: unknown[] = [];
    const { port } = await startServer({
      health(stream, headers) {
        paths.push(headers[':path']);
        if (headers[':path'] !== '/grpc.health.v1.Health/Check') return false;
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' },
          { endStream: true },
        );
        return true;
      },
    });
    const client = rawClient(port);
    const known = await answerOf(rawCall(client, { ':path': '/grpc.health.v1.Health/Check' }).end());
    expect(known.headers['grpc-status']).toBe('5');
    const unknown = await answerOf(rawCall(client, { ':path': '/grpc.health.v1.Health/Other' }).end());
    expect(unknown.headers['grpc-status']).toBe('12');
    expect(paths).toEqual(['/grpc.health.v1.Health/Check', '/grpc.health.v1.Health/Other']);
  });

  test.each(['application/json', 'application/grpc-web', 'application/grpc+json'])(
    '%s is 415',
    async (type) => {
      const { port } = await startServer();
      const { headers } = await answerOf(rawCall(rawClient(port), { 'content-type': type }));
      expect(headers[':status']).toBe(415);
    },
  );

  test('GET is 405', async () => {
    const { port } = await startServer();
    const { headers } = await answerOf(rawCall(rawClient(port), { ':method': 'GET' }));
    expect(headers[':status']).toBe(405);
  });

  test('a compressed stream is unimplemented, and told what is not', async () => {
    const { port } = await startServer();
    const { headers } = await answerOf(rawCall(rawClient(port), { 'grpc-encoding': 'gzip' }));
    expect(headers).toMatchObject({ 'grpc-status': '12', 'grpc-accept-encoding': 'identity' });
  });

  test.each(['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8'])(
    '%s is gRPC',
    async (type) => {
      const { port, accept } = await startServer();
      rawCall(rawClient(port), { 'content-type': type });
      expect((await accept()).stream.peer).toBe('127.0.0.1');
    },
  );
});

describe('connections', () => {
  test('one without a stream is closed after a while, one with a stream is not', async () => {
    const clock = new VirtualClock();
    const { port, server, accept } = await startServer({ clock, keepalive: { interval: 1e9, timeout: 1e9 } });
    const idle = rawClient(port);
    await once(idle, 'remoteSettings');
    const service = await dialed({ url: `http://127.0.0.1:${port}` });
    const gateway = await accept();
    await expect.poll(() => server.sessions).toBe(2);
    const closed = once(idle, 'close');
    clock.advance(20_000);
    await closed;
    await expect.poll(() => server.sessions).toBe(1);
    clock.advance(1_000_000);
    service.stream.write(text('still here'));
    await expect.poll(() => gateway.texts).toEqual(['still here']);
  });

  test('one whose last stream has ended is closed after a while', async () => {
    const clock = new VirtualClock();
    const { port, server } = await startServer({ clock, keepalive: { interval: 1e9, timeout: 1e9 } });
    const client = rawClient(port);
    await answerOf(rawCall(client, { ':path': '/nope' }));
    const closed = once(client, 'close');
    clock.advance(19_999);
    expect(server.sessions).toBe(1);
    clock.advance(1);
    await closed;
    await expect.poll(() => server.sessions).toBe(0);
    expect(clock.timers).toBe(0);
  });

  test('close takes nothing new and leaves what is there', async () => {
    const { port, server, gateway, service } = await connected();
    const client = rawClient(port);
    const other = rawCall(client);
    await once(other, 'response');
    let isClosed = false;
    const closed = server.close().then(() => (isClosed = true));
    const refused = connect(port, '127.0.0.1');
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    const { headers } = await answerOf(rawCall(client));
    expect(headers['grpc-status']).toBe('14');
    gateway.stream.write(text('still here'));
    await expect.poll(() => service.texts).toEqual(['still here']);
    expect(isClosed).toBe(false);
    gateway.stream.end();
    other.close(constants.NGHTTP2_CANCEL);
    await closed;
    await expect.poll(() => server.sessions).toBe(0);
  });

  test('destroy ends all of them, in a handshake too', async () => {
    const { server, port } = await startServer({ tls: await certificate() });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const secure = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    secure.on('error', () => undefined);
    await once(secure, 'secureConnect');
    const closed = [once(socket, 'close'), once(secure, 'close')];
    await server.destroy();
    await Promise.all(closed);
    await expect.poll(() => server.sessions).toBe(0);
  });

  test('destroy ends what close has left', async () => {
    const { server, service, gateway } = await connected();
    const closed = server.close();
    await server.destroy();
    await closed;
    expect((await gateway.over).message).toBe('connection lost: the server was stopped');
    expect((await service.over).code).toBe(14);
  });

  test('a port that is taken is said', async () => {
    const { port } = await startServer();
    const { server } = await startServer();
    await server.close();
    await expect(server.listen(port)).rejects.toThrow('EADDRINUSE');
  });

  test('a new certificate is for new handshakes, streams live', async () => {
    const { cert: ca } = await authority();
    const { server, port, accept } = await startServer({ tls: await certificate() });
    const url = `https://127.0.0.1:${port}`;
    const old = await dialed({ url, ca });
    const oldGateway = await accept();
    const before = await certificateOf(port);
    server.setSecureContext(await certificate({ serial: 2 }));
    expect(await certificateOf(port)).not.toBe(before);
    const fresh = await dialed({ url, ca });
    const freshGateway = await accept();
    for (const [service, gateway] of [[old, oldGateway] as const, [fresh, freshGateway] as const]) {
      service.stream.write(text('here'));
      await expect.poll(() => gateway.texts).toEqual(['here']);
    }
  });
});

async function certificateOf(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  socket.on('error', () => undefined);
  afterwards(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket.getPeerCertificate().fingerprint256;
}

test('a service behind a balancer has its own address, and a failed handshake has it, too', async () => {
  const { cert, key } = await certificate();
  const failed: string[] = [];
  const header = 'PROXY TCP4 203.0.113.7 192.0.2.1 55555 8091\r\n';
  const behind = async (
    tls: { cert: string; key: string } | undefined,
  ): Promise<Rig & { socket: Socket }> => {
    const rig = await startServer({
      ...(tls === undefined ? {} : { tls }),
      proxyProtocol: { from: ['loopback'] },
      onHandshakeError: (_, address) => failed.push(address),
    });
    const socket = connect(rig.port, '127.0.0.1');
    socket.write(header);
    return { ...rig, socket };
  };
  for (const tls of [undefined, { cert, key }]) {
    const { origins, accept, socket } = await behind(tls);
    const options = { socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const session = connectHttp2('http://x', {
      createConnection: () => (tls === undefined ? socket : connectTls(options)),
    });
    afterwards(() => session.destroy());
    rawCall(session);
    const { stream } = await accept();
    expect([origins.map(({ address }) => address), stream.peer]).toEqual([['203.0.113.7'], '203.0.113.7']);
  }
  const { socket } = await behind({ cert, key });
  socket.end('this is not TLS');
  await once(socket.resume(), 'close');
  expect(failed).toEqual(['203.0.113.7']);
});
