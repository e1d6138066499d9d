import { once } from 'node:events';
import { constants } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { frame } from '../../src/stream/frames.ts';
import { startRelay } from '../relay.ts';
import { turn } from '../virtual-clock.ts';
import { text } from './recorder.ts';
import { afterwards, connected, dialed, rawCall, rawClient, startServer } from './rig.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

describe('messages', () => {
  test('go both ways, in order', async () => {
    const { gateway, service } = await connected();
    gateway.onMessage = (bytes) => gateway.stream.write(Buffer.concat([text('re:'), bytes]));
    for (let index = 0; index < 300; index += 1) service.stream.write(text(String(index)));
    await expect.poll(() => service.messages.length).toBe(300);
    expect(gateway.texts).toEqual(Array.from({ length: 300 }, (_, index) => String(index)));
    expect(service.texts).toEqual(gateway.texts.map((sent) => `re:${sent}`));
  });

  test('of all sizes arrive whole', async () => {
    const { gateway, service } = await connected();
    const sizes = [0, 1, 16 * KiB, 16 * KiB + 1, 300 * KiB, 5 * MiB, 3];
    for (const size of sizes) gateway.stream.write(Buffer.alloc(size, size % 251));
    await expect.poll(() => service.messages.length).toBe(sizes.length);
    for (const [index, size] of sizes.entries()) {
      expect(Buffer.compare(service.messages[index]!, Buffer.alloc(size, size % 251))).toBe(0);
    }
  });

  test('of one turn leave in one DATA frame', async () => {
    const { port, accept } = await startServer();
    const call = rawCall(rawClient(port));
    const chunks: Buffer[] = [];
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    const { stream } = await accept();
    for (let index = 0; index < 50; index += 1) stream.write(Buffer.alloc(100));
    await Promise.resolve().then(() => stream.write(Buffer.alloc(100)));
    await expect.poll(() => Buffer.concat(chunks).length).toBe(51 * 105);
    expect(chunks).toHaveLength(1);
  });

  test('that come before anybody listens wait', async () => {
    const { port, accept } = await startServer();
    const call = rawCall(rawClient(port));
    for (const piece of frame([text('early')])) call.write(piece);
    const gateway = await accept();
    await expect.poll(() => gateway.texts).toEqual(['early']);
  });
});

describe('flow control', () => {
  test('pause holds a flooding peer back, and nothing is lost', async () => {
    const { gateway, service } = await connected();
    gateway.stream.pause();
    const message = Buffer.alloc(64 * KiB);
    const count = 512;
    for (let index = 0; index < count; index += 1) {
      message[0] = index;
      service.stream.write(Buffer.from(message));
    }
    // What is on its way fits into the window and what node:http2 holds besides.
    await expect.poll(() => service.stream.backlog).toBeLessThan(count * (message.length + 5));
    for (let index = 0; index < 50; index += 1) await turn();
    expect(service.stream.backlog).toBeGreaterThan((count * message.length) / 2);
    expect(service.stream.writable).toBe(false);
    expect(gateway.messages).toHaveLength(0);
    gateway.stream.resume();
    await expect.poll(() => gateway.messages.length, { timeout: 10_000 }).toBe(count);
    expect(gateway.messages.map((bytes) => bytes[0])).toEqual(
      Array.from({ length: count }, (_, i) => i % 256),
    );
    await expect.poll(() => service.stream.backlog).toBe(0);
    expect(service.log).toEqual(['drain']);
    expect(service.stream.writable).toBe(true);
  });

  test('pause from within a message is the last for now', async () => {
    const { gateway, service } = await connected();
    gateway.onMessage = () => gateway.stream.pause();
    for (const message of ['a', 'b', 'c']) service.stream.write(text(message));
    service.stream.end();
    await expect.poll(() => gateway.texts).toEqual(['a']);
    for (let index = 0; index < 20; index += 1) await turn();
    expect(gateway.texts).toEqual(['a']);
    gateway.stream.resume();
    await expect.poll(() => gateway.texts).toEqual(['a', 'b']);
    gateway.onMessage = () => undefined;
    gateway.stream.resume();
    await expect.poll(() => gateway.log).toEqual(['message', 'message', 'message', 'ended']);
  });

  test('backlog counts what is written and not sent, with five bytes a message', async () => {
    const { gateway } = await connected();
    expect(gateway.stream.backlog).toBe(0);
    gateway.stream.write(Buffer.alloc(100));
    gateway.stream.write(Buffer.alloc(50));
    expect(gateway.stream.backlog).toBe(160);
    expect(gateway.stream.writable).toBe(true);
    gateway.stream.write(Buffer.alloc(MiB));
    expect(gateway.stream.backlog).toBe(165 + MiB);
    expect(gateway.stream.writable).toBe(false);
    await expect.poll(() => gateway.stream.backlog).toBe(0);
    expect(gateway.log).toEqual(['drain']);
  });

  test('a large message shows progress while it is sent', async () => {
    const { port, accept } = await startServer();
    const call = rawCall(rawClient(port));
    const gateway = await accept();
    gateway.stream.write(Buffer.alloc(5 * MiB));
    // The client reads nothing: what its window of 64 KiB takes is all that goes.
    await expect.poll(() => gateway.stream.backlog).toBe(5 * MiB + 5);
    let last = gateway.stream.backlog;
    const seen: number[] = [];
    call.on('data', () => {
      const { backlog } = gateway.stream;
      if (backlog !== last) seen.push((last = backlog));
    });
    await expect.poll(() => gateway.stream.backlog).toBe(0);
    expect(seen.length).toBeGreaterThan(10);
  });
});

describe('the end', () => {
  test('a service ends its half, the gateway the call', async () => {
    const { gateway, service } = await connected();
    service.stream.write(text('last'));
    service.stream.end();
    service.stream.write(text('too late'));
    await expect.poll(() => gateway.log).toEqual(['message', 'ended']);
    gateway.stream.write(text('answer'));
    gateway.stream.end();
    expect(await service.over).toEqual({ code: 0, message: '' });
    expect(await gateway.over).toEqual({ code: 0, message: '' });
    expect(service.texts).toEqual(['answer']);
    expect(gateway.texts).toEqual(['last']);
  });

  test('the gateway ends the call with a status, what was written comes first', async () => {
    const { gateway, service, server } = await connected();
    const message = 'Schlüssel: 100 % falsch\n→ neu 🐦';
    gateway.stream.write(Buffer.alloc(3 * MiB));
    gateway.stream.write(text('bye'));
    gateway.stream.end({ code: 16, message });
    expect(gateway.stream.writable).toBe(false);
    expect(await service.over).toEqual({ code: 16, message });
    expect(await gateway.over).toEqual({ code: 16, message });
    expect(service.messages.map(({ length }) => length)).toEqual([3 * MiB, 3]);
    expect(service.log.at(-1)).toBe('closed');
    await expect.poll(() => server.sessions).toBe(0);
  });

  test('a gateway that destroys a stream says why', async () => {
    const { gateway, service } = await connected();
    gateway.stream.write(text('dropped'));
    gateway.stream.destroy({ code: 14, message: 'replaced' });
    expect(gateway.log).toEqual([]);
    expect(await gateway.over).toEqual({ code: 14, message: 'replaced' });
    expect(await service.over).toEqual({ code: 14, message: 'replaced' });
    expect(service.texts).toEqual([]);
  });

  test('a stream whose peer reads nothing can be destroyed', async () => {
    const { gateway, service, server } = await connected();
    service.stream.pause();
    for (let index = 0; index < 64; index += 1) gateway.stream.write(Buffer.alloc(MiB));
    await expect.poll(() => gateway.stream.backlog).toBeLessThan(64 * MiB);
    gateway.stream.destroy({ code: 8, message: 'too slow' });
    expect(await gateway.over).toEqual({ code: 8, message: 'too slow' });
    expect(gateway.stream.backlog).toBe(0);
    expect(await service.over).toEqual({
      code: 8,
      message: 'the peer reset the stream: ENHANCE_YOUR_CALM (11)',
    });
    await expect.poll(() => server.sessions).toBe(0);
  });

  test('a service that destroys its stream has cancelled it', async () => {
    const { gateway, service, server } = await connected();
    service.stream.destroy({ code: 1, message: 'enough' });
    expect(await service.over).toEqual({ code: 1, message: 'enough' });
    expect(await gateway.over).toEqual({ code: 1, message: 'the peer reset the stream: CANCEL (8)' });
    await expect.poll(() => server.sessions).toBe(0);
  });

  test.each([
    [constants.NGHTTP2_CANCEL, 1],
    [constants.NGHTTP2_REFUSED_STREAM, 14],
    [constants.NGHTTP2_ENHANCE_YOUR_CALM, 8],
    [constants.NGHTTP2_INADEQUATE_SECURITY, 7],
    [constants.NGHTTP2_INTERNAL_ERROR, 13],
    [constants.NGHTTP2_PROTOCOL_ERROR, 13],
  ])('a reset with code %i is status %i, even where nobody reads', async (reset, code) => {
    const { port, accept } = await startServer();
    const session = rawClient(port);
    const call = rawCall(session);
    const gateway = await accept();
    gateway.stream.pause();
    call.write(Buffer.alloc(40 * KiB));
    await once(call, 'response');
    call.close(reset);
    expect((await gateway.over).code).toBe(code);
    expect(gateway.statuses).toBe(1);
  });

  test('a lost connection is unavailable on both sides, with the reason', async () => {
    const { port, accept } = await startServer();
    const relay = await startRelay({ port });
    afterwards(() => relay.close());
    const service = await dialed({ url: `http://127.0.0.1:${relay.port}` });
    const gateway = await accept();
    relay.reset();
    expect((await service.over).code).toBe(14);
    expect((await service.over).message).toMatch(/^connection lost: /);
    expect((await gateway.over).code).toBe(14);
    expect((await gateway.over).message).toMatch(/^connection lost: /);
    service.stream.write(text('ignored'));
    service.stream.end();
    service.stream.destroy();
    await turn();
    expect(service.log).toEqual(['closed']);
    expect(gateway.log).toEqual(['closed']);
  });

  test('a server that goes away is unavailable', async () => {
    const { server, service, gateway } = await connected();
    await server.destroy();
    expect((await service.over).code).toBe(14);
    expect((await gateway.over).code).toBe(14);
  });

  test('an oversize message ends its stream with the limit, the others live', async () => {
    const { port, accept, gateway, service } = await connected({ maxMessageBytes: 1000 });
    const other = await dialed({ url: `http://127.0.0.1:${port}` });
    const otherGateway = await accept();
    service.stream.write(Buffer.alloc(1000));
    service.stream.write(Buffer.alloc(1001));
    expect(await service.over).toEqual({
      code: 8,
      message: 'a message of 1001 bytes, larger than the limit of 1000 bytes',
    });
    expect((await gateway.over).code).toBe(8);
    expect(gateway.messages).toHaveLength(1);
    other.stream.write(text('here'));
    await expect.poll(() => otherGateway.texts).toEqual(['here']);
  });

  test('an oversize message of the gateway ends the stream, too', async () => {
    const { gateway, service } = await connected({}, { maxMessageBytes: 1000 });
    gateway.stream.write(Buffer.alloc(1001));
    expect((await service.over).code).toBe(8);
    expect((await gateway.over).code).toBe(1);
  });

  test('half a message at the end is an error', async () => {
    const { port, accept } = await startServer();
    const call = rawCall(rawClient(port));
    const gateway = await accept();
    call.end(Buffer.from([0, 0, 0, 0, 9, 65]));
    expect(await gateway.over).toEqual({ code: 13, message: 'the peer ended the stream within a message' });
  });
});
