import { describe, expect, test } from 'vitest';
import { requestTransfer } from '../../src/protocol/chunks.ts';
import type { Transfer } from '../../src/protocol/outbox.ts';
import { ConnectionMessage, type ConnectionMessageInit } from '../../src/protocol/registry.pb.ts';
import { frameHeadBytes } from '../../src/protocol/sizes.ts';
import { createOutbox, type StreamOutbox } from '../../src/protocol/stream-outbox.ts';
import { memoryStreams, type MemoryStream } from '../memory-stream.ts';
import { turn } from '../virtual-clock.ts';

const chunkBytes = 1_000;

interface Line {
  readonly outbox: StreamOutbox;
  readonly server: MemoryStream;
  readonly client: MemoryStream;
  /** What arrived: ids of small requests, `id#index` of chunks, names of other messages. */
  readonly arrived: string[];
}

function line(options: { window?: number; acknowledges?: boolean } = {}): Line {
  const { server, client } = memoryStreams({ window: options.window ?? 100_000 });
  const acknowledges = options.acknowledges ?? false;
  const outbox = createOutbox(server, { chunkBytes, chunksUnacknowledged: 2, acknowledges });
  const arrived: string[] = [];
  const ignore = (): void => undefined;
  server.events = { message: ignore, drain: () => outbox.drain(), ended: ignore, closed: ignore };
  client.events = { ...server.events, drain: ignore, message: (bytes) => arrived.push(labelOf(bytes)) };
  return { outbox, server, client, arrived };
}

function labelOf(bytes: Uint8Array): string {
  const { messageType } = ConnectionMessage.decode(bytes);
  if (messageType?.case !== 'request') return messageType?.case ?? 'none';
  const { requestId, streamingInfo } = messageType.value;
  return streamingInfo ? `${requestId}#${streamingInfo.sequenceNumber}` : requestId;
}

function small(requestId: string, size = 10): ConnectionMessageInit {
  return { messageType: { case: 'request', value: { requestId, payload: new Uint8Array(size) } } };
}

function large(requestId: string, chunks: number, sent?: () => void): Transfer {
  return requestTransfer({ requestId, payload: new Uint8Array(chunks * chunkBytes) }, sent);
}

const heartbeat: ConnectionMessageInit = { messageType: { case: 'heartbeat', value: {} } };

describe('what goes to a peer', () => {
  test('small messages leave at once while the stream takes them', async () => {
    const { outbox, server, arrived } = line();
    const takeBack = outbox.send(small('a'));
    expect(server.backlog).toBeGreaterThan(0);
    expect(outbox.backlog).toBe(server.backlog);
    expect(takeBack()).toBe(false);
    await turn();
    expect(arrived).toEqual(['a']);
    expect(outbox.backlog).toBe(0);
  });

  test('a payload of some size is not copied, counts while it waits, and can be taken back', async () => {
    const { outbox, server, client } = line({ window: 100 });
    const payload = new Uint8Array(5_000).fill(7);
    const got: ConnectionMessage[] = [];
    client.events = { ...client.events, message: (bytes) => got.push(ConnectionMessage.decode(bytes)) };
    const value = { requestId: 'a', methodPath: '/a.B/C', payload };
    outbox.send({ messageType: { case: 'request', value } });
    const takeBack = outbox.send({ messageType: { case: 'request', value: { ...value, requestId: 'b' } } });
    expect(outbox.backlog - server.backlog).toBeGreaterThan(payload.length);
    expect(takeBack()).toBe(true);
    expect(outbox.backlog).toBe(server.backlog);
    await turn();
    expect(got).toMatchObject([{ messageType: { case: 'request', value } }]);
  });

  test('where the stream is full they wait in their order, and control messages do not', async () => {
    const { outbox, client, arrived } = line({ window: 100 });
    client.pause();
    outbox.send(small('a', 200));
    outbox.send(small('b'));
    outbox.send(small('c'));
    outbox.control(heartbeat);
    client.resume();
    await turn();
    expect(arrived).toEqual(['a', 'heartbeat', 'b', 'c']);
  });

  test('what has not left can be taken back, once', async () => {
    const { outbox, client, arrived } = line({ window: 100 });
    client.pause();
    const a = outbox.send(small('a', 200));
    const before = outbox.backlog;
    const b = outbox.send(small('b'));
    const c = outbox.send(small('c'));
    expect([a(), b(), b()]).toEqual([false, true, true]);
    client.resume();
    await turn();
    expect(arrived).toEqual(['a', 'c']);
    expect(c()).toBe(false);
    expect(before).toBeGreaterThan(200);
    expect(outbox.backlog).toBe(0);
  });

  test('what waited when the stream was over has not left', () => {
    const { outbox, client } = line({ window: 100 });
    client.pause();
    const left = outbox.send(small('a', 200));
    const waited = outbox.send(small('b'));
    const chunked = outbox.transfer(large('c', 3));
    outbox.close();
    const after = outbox.send(small('d'));
    expect([left(), waited(), chunked(), after()]).toEqual([false, true, true, true]);
  });

  test('backlog and drained are counted to the byte', async () => {
    const { outbox, server, client } = line({ window: 100 });
    const sizes = [200, 10, 20].map(
      (size) => frameHeadBytes + ConnectionMessage.encode(small('x', size)).length,
    );
    const total = sizes.reduce((a, b) => a + b);
    client.pause();
    for (const size of [200, 10, 20]) outbox.send(small('x', size));
    expect(outbox.backlog).toBe(total);
    expect(server.backlog).toBe(sizes[0]);
    expect(outbox.drained).toBe(0);
    client.resume();
    await turn();
    expect(outbox.backlog).toBe(0);
    expect(outbox.drained).toBe(total);
  });
});

describe('payloads in chunks', () => {
  test('take turns, one chunk each, and a small message waits for none of them', async () => {
    // Full after each chunk.
    const { outbox, arrived } = line({ window: 500 });
    outbox.transfer(large('a', 3));
    outbox.transfer(large('b', 3));
    outbox.send(small('s'));
    await turn();
    expect(arrived).toEqual(['a#0', 's', 'a#1', 'b#0', 'a#2', 'b#1', 'b#2']);
    expect(outbox.backlog).toBe(0);
  });

  test('have at most two chunks unacknowledged', async () => {
    const { outbox, arrived } = line({ acknowledges: true });
    outbox.transfer(large('a', 4));
    outbox.transfer(large('b', 1));
    await turn();
    expect(arrived).toEqual(['a#0', 'a#1', 'b#0']);
    outbox.acknowledge('a', 999);
    await turn();
    expect(arrived).toHaveLength(3);
    outbox.acknowledge('a', 1);
    await turn();
    expect(arrived.slice(3)).toEqual(['a#2']);
    // More than was sent: not believed.
    outbox.acknowledge('a', 1_000_000);
    outbox.acknowledge('nobody', 1_000);
    await turn();
    expect(arrived.slice(4)).toEqual(['a#3']);
  });

  test('say when the last chunk has left, and can be stopped', async () => {
    const { outbox, arrived } = line({ acknowledges: true });
    let sent = 0;
    outbox.transfer(large('a', 2, () => (sent += 1)));
    expect(sent).toBe(1);
    const stop = outbox.transfer(large('b', 3, () => (sent += 1)));
    expect(stop()).toBe(false);
    outbox.acknowledge('b', 2_000);
    await turn();
    expect(arrived).toEqual(['a#0', 'a#1', 'b#0', 'b#1']);
    expect(sent).toBe(1);
  });

  test('that have not begun leave nothing when they are stopped', async () => {
    const { outbox, client, arrived } = line({ window: 100 });
    client.pause();
    outbox.send(small('a', 200));
    const stop = outbox.transfer(large('b', 2));
    expect(stop()).toBe(true);
    client.resume();
    await turn();
    expect(arrived).toEqual(['a']);
  });

  test('with an open end ask for more when the peer has taken enough, and end without a byte', async () => {
    const { outbox, arrived } = line({ acknowledges: true });
    let taken = 0;
    const feeder = outbox.open({
      id: 'a',
      message: (chunk, index, last) => small(`a#${index}${last ? ' last' : ''} ${chunk.length}`),
      taken: () => (taken += 1),
    });
    feeder.add(new Uint8Array());
    feeder.add(new Uint8Array(2_500));
    await turn();
    expect([taken, arrived]).toEqual([1, ['a#0 0', 'a#1 1000', 'a#2 1000']]);
    outbox.acknowledge('a', 1_000);
    await turn();
    expect([taken, arrived.slice(3)]).toEqual([2, ['a#3 500']]);
    // Nothing is there that could leave.
    outbox.acknowledge('a', 1_500);
    feeder.end();
    await turn();
    expect([taken, arrived.slice(4)]).toEqual([3, ['a#4 last 0']]);
  });

  test('of no bytes are one chunk', async () => {
    const { outbox, arrived } = line();
    outbox.transfer(large('a', 0));
    await turn();
    expect(arrived).toEqual(['a#0']);
  });
});
