import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgets } from '../../src/protocol/budgets.ts';
import {
  ChunkAssembler,
  ChunkError,
  ChunkOrder,
  chunkOfRequest,
  chunkOfResponse,
  requestTransfer,
  responseTransfer,
  type ChunkPlace,
} from '../../src/protocol/chunks.ts';
import { ownBytes } from '../../src/protocol/own-bytes.ts';
import {
  ConnectionMessage,
  ForwardRequest,
  ForwardResponse,
  type ForwardRequestInit,
} from '../../src/protocol/registry.pb.ts';

const place = (index: number, last = false, totalSize?: number): ChunkPlace => ({ index, last, totalSize });
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

function requestsOf(request: ForwardRequestInit, chunkBytes: number): ForwardRequest[] {
  const transfer = requestTransfer(request);
  const { payload } = transfer;
  const count = Math.max(1, Math.ceil(payload.length / chunkBytes));
  return Array.from({ length: count }, (_, index) => {
    const chunk = payload.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    const { messageType } = ConnectionMessage.decode(
      ConnectionMessage.encode(transfer.message(chunk, index, index === count - 1)),
    );
    if (messageType?.case !== 'request') throw new Error('no request');
    return messageType.value;
  });
}

describe('payloads in chunks', () => {
  test('a request arrives as it was, whatever its size', () => {
    const anyPayload = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(anyPayload, fc.integer({ min: 1, max: 64 }), (payload, chunkBytes) => {
        const assembler = new ChunkAssembler(1_000);
        const messages = requestsOf({ requestId: 'r', methodPath: '/a.B/C', payload }, chunkBytes);
        let whole: Uint8Array | undefined;
        for (const message of messages) {
          expect(whole).toBeUndefined();
          const at = chunkOfRequest(message);
          whole = at === undefined ? message.payload : assembler.add(at, message.payload);
        }
        expect(whole && Buffer.compare(whole, payload)).toBe(0);
      }),
    );
  });

  test('only the first message carries the head', () => {
    const [first, second] = requestsOf({ requestId: 'r', methodPath: '/a.B/C', payload: bytes(20) }, 16);
    expect(first).toMatchObject({ requestId: 'r', methodPath: '/a.B/C', totalSize: 20 });
    expect(second).toMatchObject({ requestId: 'r', methodPath: '', totalSize: 0 });
    expect(second?.streamingInfo).toMatchObject({ sequenceNumber: 1, isStreamEnd: true, chunkSize: 4 });

    const answer = responseTransfer({ requestId: 'r', statusCode: 200, payload: bytes(20) });
    expect(answer.message(bytes(16), 0, false)).toMatchObject({
      messageType: {
        case: 'response',
        value: { requestId: 'r', statusCode: 200, responseStreamInfo: { isStreamed: true, totalSize: 20 } },
      },
    });
    expect(answer.message(bytes(4), 1, true).messageType?.value).not.toHaveProperty('statusCode');
  });

  test('whole messages are told from chunks', () => {
    expect(chunkOfRequest(ForwardRequest.create({}))).toBeUndefined();
    expect(chunkOfRequest(ForwardRequest.create({ streamingInfo: {} }))).toBeUndefined();
    expect(chunkOfRequest(ForwardRequest.create({ streamingInfo: { isStreamEnd: true } }))).toBeUndefined();
    expect(chunkOfResponse(ForwardResponse.create({ responseStreamInfo: {} }))).toBeUndefined();
    const alone = { isStreamed: true, isFinalChunk: true };
    expect(chunkOfResponse(ForwardResponse.create({ responseStreamInfo: alone }))).toBeUndefined();
    const first = { isStreamed: true, totalSize: 9 };
    expect(chunkOfResponse(ForwardResponse.create({ responseStreamInfo: first }))).toEqual(
      place(0, false, 9),
    );
  });

  test.each([
    ['the first is missing', [place(1)]],
    ['one is missing', [place(0), place(2)]],
    ['one comes twice', [place(0), place(0)]],
    ['two are exchanged', [place(0), place(2), place(1)]],
    ['more than was said', [place(0, false, 15), place(1)]],
    ['less than was said', [place(0, false, 25), place(1, true)]],
  ])('%s: no payload', (_, places) => {
    const assembler = new ChunkAssembler(1_000);
    const add = (): void => places.forEach((at) => void assembler.add(at, bytes(10)));
    expect(add).toThrow(ChunkError);
    expect(add).toThrow(expect.objectContaining({ tooLarge: false }));
  });

  test('too large is said with the first chunk where the size is given, else when it is', () => {
    const tooLarge = expect.objectContaining({ tooLarge: true }) as unknown;
    expect(() => new ChunkAssembler(100).add(place(0, false, 101), bytes(1))).toThrow(tooLarge);
    const assembler = new ChunkAssembler(100);
    assembler.add(place(0), bytes(100));
    expect(() => assembler.add(place(1), bytes(1))).toThrow(tooLarge);
  });
});

test('[emptyChunks] a payload may have some chunks without a byte, not any number', () => {
  const order = new ChunkOrder(1_000);
  const take = (index: number): void => order.take({ index, last: false, totalSize: undefined }, 0);
  for (let index = 0; index < budgets.emptyChunks.count; index += 1) take(index);
  expect(() => take(budgets.emptyChunks.count)).toThrow('more than 16 chunks are empty');
});

test('chunks of single bytes keep no more than their bytes', () => {
  const larger = new Uint8Array(16_384).fill(7);
  const kept = ownBytes(larger.subarray(5, 6));
  expect([kept.buffer.byteLength, [...kept]]).toEqual([1, [7]]);
  expect(ownBytes(larger)).toBe(larger);
});
