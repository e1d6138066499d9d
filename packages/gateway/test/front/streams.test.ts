import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { ForwardResponseInit } from '../../src/protocol/registry.pb.ts';
import type { ScriptedService } from '../server/connections/scripted-service.ts';
import { turn } from '../virtual-clock.ts';
import { ask, http2To, modern, nextRequest, socketTo, startFront, until } from './rig.ts';

const path = '/api/pkg.Service/Do';
const chunkBytes = 64 * 1024;

/** The `index`th chunk of an answer of `chunks`. */
function chunk(requestId: string, index: number, chunks: number, size = chunkBytes): ForwardResponseInit {
  return {
    requestId,
    ...(index === 0 && { statusCode: 200, headers: { 'content-type': 'x/y' }, payloadFormat: 1 as const }),
    payload: Buffer.alloc(size, index),
    responseStreamInfo: {
      isStreamed: true,
      chunkIndex: index,
      isFinalChunk: index === chunks - 1,
      chunkSize: size,
      ...(index === 0 && { totalSize: size * chunks }),
    },
  };
}

/** Sends as ours do: two chunks ahead of what the gateway has acknowledged. Returns how many have left so far. */
function sendChunks(service: ScriptedService, requestId: string, chunks: number): () => number {
  let sent = 0;
  const acknowledged = (): number =>
    service
      .all('window')
      .reduce((sum, window) => sum + (window.requestId === requestId ? window.bytes : 0), 0);
  const more = (): void => {
    while (sent < chunks && sent * chunkBytes < acknowledged() + 2 * chunkBytes) {
      service.respond(chunk(requestId, sent, chunks));
      sent += 1;
    }
    if (sent < chunks && service.closed === undefined) setImmediate(more);
  };
  more();
  return () => sent;
}

describe('an answer in chunks', () => {
  test('reaches the caller whole, of the size that was said', async () => {
    const { origin, connect } = await startFront();
    const service = await connect();
    service.onRequest = ({ requestId }) => void sendChunks(service, requestId, 40);
    for (const version of ['HTTP/1.1', 'HTTP/2']) {
      const expected = Buffer.concat(
        Array.from({ length: 40 }, (_, index) => Buffer.alloc(chunkBytes, index)),
      );
      if (version === 'HTTP/2') {
        const { headers, body } = await ask(http2To(origin), { ':path': path });
        expect([headers['content-length'], body.equals(expected)]).toEqual([`${expected.length}`, true]);
      } else {
        const response = await fetch(origin + path, { method: 'POST' });
        expect(response.headers.get('content-length')).toBe(`${expected.length}`);
        expect(Buffer.from(await response.arrayBuffer()).equals(expected)).toBe(true);
      }
    }
  });

  test('is held back at the service while its caller does not read, and goes on when it does', async () => {
    const { origin, connect } = await startFront();
    const service = await connect();
    const chunks = 1_000;
    let sent = (): number => 0;
    service.onRequest = ({ requestId }) => {
      sent = sendChunks(service, requestId, chunks);
    };
    const session = http2To(origin);
    const stream = session.request({ ':method': 'POST', ':path': path });
    stream.end();
    await once(stream, 'response');
    // Meanwhile others are served: time enough for more to be sent, if it were.
    for (let round = 0; round < 100; round += 1) {
      const other = await ask(session, { ':path': '/api/pkg.Nobody/Do' });
      expect(other.headers[':status']).toBe(501);
    }
    // The default window of a stream holds one chunk, the gateway's two more, node's buffers some.
    expect(sent()).toBeLessThan(10);
    let bytes = 0;
    for await (const piece of stream) bytes += (piece as Buffer).length;
    expect([bytes, sent()]).toEqual([chunks * chunkBytes, chunks]);
  });

  test('is broken off where its caller takes nothing for too long, and cancelled at the service', async () => {
    const { port, gateway, connect } = await startFront({ stallTimeout: 100 });
    const service = await connect();
    service.onRequest = ({ requestId }) => void sendChunks(service, requestId, 1_000);
    const socket = socketTo(port);
    socket.pause();
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    await until(() => service.all('cancel').length === 1);
    expect(gateway.admin.stats().inFlight).toBe(0);
  });

  test('is not broken off where it is the service that is slow', async () => {
    const { origin, connect } = await startFront({ stallTimeout: 20 });
    const service = await connect();
    service.onRequest = ({ requestId }) => {
      service.respond(chunk(requestId, 0, 2));
      setTimeout(() => service.respond(chunk(requestId, 1, 2)), 150);
    };
    const response = await fetch(origin + path, { method: 'POST' });
    expect((await response.arrayBuffer()).byteLength).toBe(2 * chunkBytes);
    const { body } = await ask(http2To(origin), { ':path': path });
    expect(body.length).toBe(2 * chunkBytes);
  });

  test('that stops in the middle is no whole answer to the caller', async () => {
    const { origin, connect } = await startFront();
    for (const sized of [true, false]) {
      for (const version of ['HTTP/1.1', 'HTTP/2']) {
        const service = await connect();
        const came = nextRequest(service);
        const answer =
          version === 'HTTP/2'
            ? ask(http2To(origin), { ':path': path }).then(({ body }) => body.length)
            : fetch(origin + path, { method: 'POST' }).then(
                async (got) => (await got.arrayBuffer()).byteLength,
              );
        const failure = answer.then(
          (bytes) => `whole, with ${bytes} bytes`,
          () => 'broken off',
        );
        const { requestId } = await came;
        const first = chunk(requestId, 0, 3);
        if (!sized) delete (first.responseStreamInfo as { totalSize?: number }).totalSize;
        service.respond(first);
        await turn();
        service.streams.lose();
        expect(await failure).toBe('broken off');
      }
    }
  });

  test('to HEAD is its head only, and the service is not kept waiting', async () => {
    const { origin, gateway, connect } = await startFront();
    const service = await connect();
    service.onRequest = ({ requestId }) => void sendChunks(service, requestId, 5);
    const response = await fetch(origin + path, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(`${5 * chunkBytes}`);
    const answer = await ask(http2To(origin), { ':method': 'HEAD', ':path': path });
    expect([answer.headers['content-length'], answer.body.length]).toEqual([`${5 * chunkBytes}`, 0]);
    await until(() => gateway.admin.stats().inFlight === 0);
  });

  test('whose caller goes away in the middle is cancelled', async () => {
    const { origin, gateway, connect } = await startFront();
    const service = await connect();
    service.onRequest = ({ requestId }) => void sendChunks(service, requestId, 1_000);
    const client = request(origin + path, { method: 'POST' });
    client.on('error', () => undefined).end();
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'data');
    client.destroy();
    await until(() => service.all('cancel').length === 1);
    expect(gateway.admin.stats()).toMatchObject({ inFlight: 0, backlog: 0 });
  });
});

describe('a large answer in one piece', () => {
  test('reaches callers of both versions whole, and leaves the connection fit for more', async () => {
    const { origin, connect } = await startFront();
    const payload = Buffer.alloc(3 * 1024 * 1024, 'z');
    await connect(modern, () => ({ statusCode: 200, payload }));
    const session = http2To(origin);
    // Node keeps what reset streams had not sent for ever, and gives the connection up above 10 MB.
    for (let round = 0; round < 8; round += 1) {
      const stream = session.request({ ':method': 'POST', ':path': path });
      stream.on('error', () => undefined).end();
      await once(stream, 'response');
      stream.close(8);
    }
    const { body } = await ask(session, { ':path': path });
    expect(body.equals(payload)).toBe(true);
    const response = await fetch(origin + path, { method: 'POST' });
    expect(Buffer.from(await response.arrayBuffer()).equals(payload)).toBe(true);
  });
});
