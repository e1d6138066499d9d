import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longMessage } from '../../src/protocol/long-message.ts';
import { readMessage, together, type PiecedMessage } from '../../src/protocol/pieces.ts';
import { ConnectionMessage, type ConnectionMessageInit } from '../../src/protocol/registry.pb.ts';

const payload = Buffer.from(Array.from({ length: 400 }, (_, index) => index % 256));
const requestId = 'r'.repeat(22);
const request: ConnectionMessageInit = {
  messageType: {
    case: 'request',
    value: {
      requestId,
      methodPath: '/shop.v1.Orders/Get',
      headers: { 'content-type': 'application/json' },
      metadata: [{ key: 'accept', value: Buffer.from('*/*') }],
      timeoutMs: 30_000,
      totalSize: 5_000_000,
      streamingInfo: { sequenceNumber: 0, isStreamEnd: false, chunkSize: payload.length },
      payload,
    },
  },
};
const response: ConnectionMessageInit = {
  messageType: { case: 'response', value: { requestId, statusCode: 200, grpcStatus: 0, payload } },
};

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places, bytes.length].map((place) => place % (bytes.length + 1));
  sorted.sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

function bytesOf(message: ConnectionMessageInit): Buffer {
  const { head, payload } = longMessage(message);
  return Buffer.concat([head, payload]);
}

function putTogether({ messageType, rest }: PiecedMessage): PiecedMessage['messageType'] {
  if (messageType?.case === 'request' || messageType?.case === 'response') {
    messageType.value.payload = Buffer.from(together(messageType.value.payload, rest));
  }
  return messageType;
}

describe('a message in pieces', () => {
  test.each([request, response])('says what it says in one piece', (message) => {
    const bytes = bytesOf(message);
    const whole = putTogether(readMessage(bytes));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (places) => {
        expect(putTogether(readMessage(cutAt(bytes, places)))).toEqual(whole);
      }),
    );
  });

  test.each([request, response])('has its payload where it was read, not in a copy', (message) => {
    const bytes = bytesOf(message);
    const { rest } = readMessage(cutAt(bytes, [bytes.length - 300, bytes.length - 100]));
    expect(rest.map(({ length, buffer }) => [length, buffer === bytes.buffer])).toEqual([
      [200, true],
      [100, true],
    ]);
  });

  test('may have its payload anywhere', () => {
    const bytes = Buffer.from(ConnectionMessage.encode(request));
    const read = readMessage(cutAt(bytes, [bytes.length - 100]));
    expect(read.rest).toEqual([]);
    expect(putTogether(read)).toEqual(putTogether(readMessage(bytes)));
  });

  test('that is none is refused', () => {
    expect(() => readMessage([Buffer.from([0x12, 0xff]), Buffer.from([0xff, 0xff])])).toThrow();
    expect(() => readMessage([Buffer.alloc(20_000, 0xff), Buffer.alloc(20_000, 0xff)])).toThrow();
  });
});
