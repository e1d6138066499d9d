import { constants } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer, type NodeRequest, type NodeResponse } from '@pipit/runtime/node';
import type { Context } from '@pipit/runtime';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { loggerOf } from '../fixture/at-doors.ts';
import { closing, listen } from '../fixture/host-app.ts';
import { http2Session, listening, postHttp2, serveNode } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe } from '../fixture/serve.ts';

type Say = Probe['say'];

async function atFastify(say: Say): Promise<string> {
  const app = closing(
    fastify({ forceCloseConnections: true, serverFactory: (listener) => createServer(listener) }),
  );
  await app.register(pipit, { services: [Probe.serve(probe({ say }))] });
  return listen(app as never);
}

/** Both versions of HTTP on one port. */
const doors: [name: string, serve: (say: Say) => Promise<string>][] = [
  ['node', (say) => serveNode({ say }, { log: loggerOf({}) })],
  ['Fastify', atFastify],
];

/** Every byte a header's value may hold beyond ASCII. */
const latin1 = Buffer.from(Array.from({ length: 0x60 }, (_, at) => 0xa0 + at)).toString('latin1');

describe.each(doors)('headers of a handler at the %s door', (_, serve) => {
  // A body of ASCII, one beyond it, and one that is written apart from its head.
  test.each(['hat', 'h\xfct', '帽'.repeat(10_000)])('go out as Latin-1, beside %.5s', async (said) => {
    const origin = await serve((_request, { responseHeaders }) => {
      responseHeaders.set('x-latin', latin1);
      return { text: said };
    });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1').setEncoding('latin1');
    socket.write(
      'POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
    );
    expect(await text(socket)).toContain(`x-latin: ${latin1}\r\n`);
    const { headers, body } = await postHttp2(http2Session(origin), 'say', '{}');
    expect(headers['x-latin']).toBe(latin1);
    expect(JSON.parse(String(body))).toMatchObject({ text: said });
  });

  test('are answered or refused by name, twice or once, whatever HTTP/2 says of them', async () => {
    const names = Object.entries(constants).flatMap(([key, name]) =>
      key.startsWith('HTTP2_HEADER_') && !String(name).startsWith(':') ? [String(name)] : [],
    );
    expect(names.length).toBeGreaterThan(50);
    const add = ({ text: name }: { text: string }, { responseHeaders }: Context): object => {
      responseHeaders.append(name, '1');
      responseHeaders.append(name, '2');
      return {};
    };
    const origin = await serve(add);
    const session = http2Session(origin);
    for (const name of names) {
      const { headers, body } = await postHttp2(session, 'say', JSON.stringify({ text: name }));
      const http1 = await fetch(`${origin}/api/pipit.test.v1.Probe/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: name }),
      });
      expect([name, headers[':status'], String(body)]).toEqual([name, http1.status, await http1.text()]);
      if (http1.status === 200)
        expect([name, String(headers[name])]).toEqual([name, expect.stringMatching('1')]);
      else expect(String(body).toLowerCase()).toContain(name);
    }
  });
});

test('one value of a header that has one only takes the place of the host’s', async () => {
  const say: Say = (_request, { responseHeaders }) => {
    responseHeaders.append('ETag', '"ours"');
    return {};
  };
  const handler = createHandler({ services: [Probe.serve(probe({ say }))] });
  const server = createServer((request: NodeRequest, response: NodeResponse) => {
    response.setHeader('etag', '"the host"');
    handler(request, response);
  });
  const session = http2Session(`http://127.0.0.1:${await listening(server)}`);
  expect((await postHttp2(session, 'say', '{}')).headers.etag).toBe('"ours"');
});
