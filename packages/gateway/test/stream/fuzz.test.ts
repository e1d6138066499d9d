import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame } from '../../src/stream/frames.ts';
import { text } from './recorder.ts';
import { connected, rawCall, rawClient, startServer } from './rig.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Frames of HTTP/2 whose parts need not fit each other. */
const http2Frame = fc
  .record({
    type: fc.integer({ min: 0, max: 12 }),
    flags: fc.nat(255),
    stream: fc.oneof(fc.constantFrom(0, 1, 3, 2), fc.nat(0x7fffffff)),
    payload: fc.uint8Array({ maxLength: 64 }),
  })
  .map(({ type, flags, stream, payload }) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  });

test('random bytes on a connection end that one, and nothing else', async () => {
  // Noise that is no end leaves a connection without a stream: it ends soon.
  const { port, server, gateway, service } = await connected({ maxMessageBytes: 1000, idleTimeout: 20 });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(http2Frame, { maxLength: 8 }).map((frames) => Buffer.concat(frames)),
  );
  const connections = fc.array(fc.tuple(fc.boolean(), bytes), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(connections, async (all) => {
      await Promise.all(all.map(([isHttp2, sent]) => sendAndClose(port, isHttp2 ? [preface, sent] : [sent])));
    }),
    { numRuns: 15 },
  );
  service.stream.write(text('still here'));
  await expect.poll(() => gateway.texts).toEqual(['still here']);
  await expect.poll(() => server.sessions).toBe(1);
});

test('random bytes on a stream end that one, and nothing else', async () => {
  // Between two streams the connection is idle, for as long as a busy machine likes.
  const { port, server, gateway, service } = await connected({ maxMessageBytes: 1000 });
  const client = rawClient(port);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const call = rawCall(client);
      call.resume();
      call.end(bytes);
      await once(call, 'response');
      call.close();
      await once(call, 'close');
    }),
    { numRuns: 150 },
  );
  service.stream.write(text('still here'));
  await expect.poll(() => gateway.texts).toEqual(['still here']);
  client.destroy();
  await expect.poll(() => server.sessions).toBe(1);
});

test('a stream of messages and noise delivers what comes before the noise', async () => {
  const { port, accept } = await startServer();
  const call = rawCall(rawClient(port));
  call.write(Buffer.concat([...frame([text('a'), text('b')]), Buffer.from('noise')]));
  const gateway = await accept();
  expect((await gateway.over).code).toBe(13);
  expect(gateway.texts).toEqual(['a', 'b']);
});

async function sendAndClose(port: number, pieces: readonly Uint8Array[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.end(Buffer.concat(pieces));
  await once(socket, 'close');
}
