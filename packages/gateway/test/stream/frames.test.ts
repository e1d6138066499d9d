import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frame, FrameError, FrameReader } from '../../src/stream/frames.ts';

const limit = 1024 * 1024;

function bytesOf(messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(frame(messages));
}

/** All messages in these pieces. */
function read(reader: FrameReader, pieces: Iterable<Uint8Array>): Uint8Array[] {
  return readPieces(reader, pieces).map((pieces) =>
    pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces),
  );
}

/** The same with the pieces of each. */
function readPieces(reader: FrameReader, pieces: Iterable<Uint8Array>): (readonly Uint8Array[])[] {
  const messages: (readonly Uint8Array[])[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      messages.push(next instanceof Uint8Array ? [next] : next);
    }
  }
  return messages;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const sizes = fc.oneof(
  { weight: 8, arbitrary: fc.nat(300) },
  { weight: 1, arbitrary: fc.integer({ min: 16_000, max: 17_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 300_000 }) },
);
const messagesOfAnySize = fc.array(
  fc.tuple(sizes, fc.nat(255)).map(([size, byte]) => Buffer.alloc(size, byte)),
  { maxLength: 12 },
);

describe('messages in frames', () => {
  test('come out as they went in, however the bytes are cut', () => {
    fc.assert(
      fc.property(messagesOfAnySize, fc.array(fc.nat(), { maxLength: 40 }), (messages, places) => {
        const reader = new FrameReader(limit);
        expect(read(reader, cut(bytesOf(messages), places)).map(String)).toEqual(messages.map(String));
        expect(reader.idle).toBe(true);
      }),
    );
  });

  test('come out in pieces as they went in, however the bytes are cut', () => {
    fc.assert(
      fc.property(messagesOfAnySize, fc.array(fc.nat(), { maxLength: 40 }), (messages, places) => {
        const reader = new FrameReader(limit);
        reader.takePieces();
        expect(read(reader, cut(bytesOf(messages), places)).map(String)).toEqual(messages.map(String));
        expect(reader.idle).toBe(true);
      }),
    );
  });

  test('stay in the pieces they came in where those are taken and they are large', () => {
    const bytes = bytesOf([Buffer.alloc(64 * 1024, 7), Buffer.alloc(20 * 1024, 8)]);
    const reader = new FrameReader(limit);
    reader.takePieces();
    const [large, small] = readPieces(reader, cut(bytes, [40_000, 80_000]));
    expect(large!.map(({ buffer }) => buffer === bytes.buffer)).toEqual([true, true]);
    expect(small).toHaveLength(1);
  });

  test('come out of single bytes, too', () => {
    const messages = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(70_000, 7)];
    const bytes = bytesOf(messages);
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect(read(new FrameReader(limit), pieces).map(String)).toEqual(messages.map(String));
  });

  test('have gRPC’s five bytes before each', () => {
    expect(bytesOf([Buffer.from('abc'), Buffer.alloc(0)]).toString('hex')).toBe('00000000036162630000000000');
    expect(
      bytesOf([Buffer.alloc(0x012345)])
        .subarray(0, 5)
        .toString('hex'),
    ).toBe('0000012345');
  });

  test('are not copied where they lie in one piece', () => {
    const bytes = bytesOf([Buffer.from('small')]);
    const [message] = read(new FrameReader(limit), [bytes]);
    expect(message!.buffer).toBe(bytes.buffer);
  });

  test('of one turn share a piece while they are small', () => {
    expect(frame(Array.from({ length: 1000 }, () => Buffer.alloc(100)))).toHaveLength(1);
  });

  test('may be as large as the limit and no larger', () => {
    const reader = new FrameReader(10);
    expect(read(reader, [bytesOf([Buffer.alloc(10)])])).toHaveLength(1);
    const error = thrownBy(() => read(reader, [bytesOf([Buffer.alloc(11)])]));
    expect(error.status).toEqual({ code: 8, message: expect.stringMatching(/11 bytes.* 10 bytes/) });
  });

  test('of 4 GiB are refused by their head alone', () => {
    const head = Buffer.from([0, 255, 255, 255, 255]);
    expect(thrownBy(() => read(new FrameReader(limit), [head])).status.code).toBe(8);
  });

  test('are not taken compressed, nor with another first byte', () => {
    expect(thrownBy(() => read(new FrameReader(limit), [Buffer.from([1, 0, 0, 0, 0])])).status.code).toBe(13);
    expect(thrownBy(() => read(new FrameReader(limit), [Buffer.from('GET / HTTP')])).status.code).toBe(13);
  });

  test('that are not all there are told from nothing', () => {
    const reader = new FrameReader(limit);
    expect(reader.idle).toBe(true);
    read(reader, [Buffer.from([0, 0])]);
    expect(reader.idle).toBe(false);
    read(reader, [Buffer.from([0, 0, 2, 65])]);
    expect(reader.idle).toBe(false);
    expect(read(reader, [Buffer.from('B')]).map(String)).toEqual([String(Buffer.from('AB'))]);
    expect(reader.idle).toBe(true);
  });
});

function thrownBy(work: () => unknown): FrameError {
  try {
    work();
  } catch (error) {
    if (error instanceof FrameError) return error;
  }
  throw new Error('nothing was thrown');
}
