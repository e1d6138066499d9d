import { describe, expect, test } from 'vitest';
import { KeptPieces } from '../../src/stream/kept-pieces.ts';

const KiB = 1024;

function pinnedBy(pieces: readonly Uint8Array[]): number {
  return [...new Set(pieces.map(({ buffer }) => buffer))].reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  );
}

describe('pieces of a message', () => {
  test('are kept as they came', () => {
    const read = Buffer.alloc(64 * KiB, 1);
    const kept = new KeptPieces();
    for (let at = 0; at < read.length; at += 16 * KiB) kept.add(read.subarray(at, at + 16 * KiB));
    expect(kept.bytes).toBe(64 * KiB);
    expect(kept.pieces.map(({ buffer }) => buffer === read.buffer)).toEqual([true, true, true, true]);
  });

  test('are put together where they are small', () => {
    const kept = new KeptPieces();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    for (let at = 0; at < bytes.length; at += 1) kept.add(bytes.subarray(at, at + 1));
    expect(Buffer.concat(kept.pieces).equals(bytes)).toBe(true);
    expect(kept.pieces.length).toBeLessThanOrEqual(7);
  });

  test('keep their order where small and large ones come in turn', () => {
    const kept = new KeptPieces();
    const sizes = [1, 5 * KiB, 10, 20, 6 * KiB, 15 * KiB, 3, 3 * KiB, 3 * KiB];
    const pieces = sizes.map((size, index) => Buffer.alloc(size, index));
    for (const piece of pieces) kept.add(piece);
    expect(Buffer.concat(kept.pieces).equals(Buffer.concat(pieces))).toBe(true);
  });

  test('pin little beside themselves, whatever was read with them', () => {
    const kept = new KeptPieces();
    for (let count = 0; count < 100; count += 1) kept.add(new Uint8Array(64 * KiB).subarray(0, 5 * KiB));
    expect(pinnedBy(kept.pieces)).toBeLessThan(3 * kept.bytes);
  });
});
