import { expect, test } from 'vitest';
import {
  BusMessage,
  BusRequest,
  type BusMessageInit,
  type BusRequestInit,
} from '../../../src/protocol/cluster.pb.ts';
import { messageBytes, requestBytes } from '../../../src/server/cluster/long-message.ts';

const id = Buffer.alloc(16, 7);

/** Bytes around each length at which a varint, or the way they are encoded, changes. */
const sizes = [0, 1, 16_383, 16_384, 65_536, 300_000];

test.each(sizes)('a request with a body of %i bytes is the message it was', (size) => {
  const request: BusRequestInit = {
    id,
    entry: 'a',
    attempt: 2,
    service: 'shop.v1.Shop',
    headers: { 'content-type': 'application/json' },
    body: Buffer.alloc(size, 'abc'),
    bodySize: size,
    bodyLimit: 5,
  };
  const again = BusRequest.encode(BusRequest.decode(requestBytes(request)));
  expect(Buffer.compare(again, BusRequest.encode(request))).toBe(0);
});

test.each(sizes)('a chunk, or an answer, of %i bytes is the message it was', (size) => {
  const bytes = Buffer.alloc(size, 'abc');
  const key = { key: 'x', value: Buffer.from('1') };
  const all: BusMessageInit['what'][] = [
    { case: 'answerChunk', value: { number: 300, bytes, last: true, trailers: [key] } },
    { case: 'bodyChunk', value: { number: 1, bytes } },
    {
      case: 'answer',
      value: { head: { headers: { a: 'b' }, metadata: [key], payload: bytes }, more: true, totalSize: 1e9 },
    },
    { case: 'answer', value: {} },
    { case: 'go', value: {} },
  ];
  for (const what of all) {
    const message: BusMessageInit = { id, from: 'b', attempt: 1, what };
    const again = BusMessage.encode(BusMessage.decode(messageBytes(message)));
    expect(Buffer.compare(again, BusMessage.encode(message))).toBe(0);
  }
});
