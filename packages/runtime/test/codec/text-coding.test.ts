import type * as TextCoding from '../../src/codec/text-coding.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// An engine without them, such as React Native's: the codecs bring their own, which must be what the web's are.
const Decoder = TextDecoder;
const Encoder = TextEncoder;
let ours: typeof TextCoding;

beforeAll(async () => {
  vi.stubGlobal('TextDecoder', undefined);
  vi.stubGlobal('TextEncoder', undefined);
  ours = await import('../../src/codec/text-coding.ts');
});
afterAll(() => vi.unstubAllGlobals());

test('encodes as TextEncoder does', () => {
  const theirs = new Encoder();
  for (const text of [
    '',
    'a',
    'é',
    'ࠀ',
    '☃',
    '\uffff',
    '😀',
    '\ud800',
    'x\udc00y',
    'a\ud800b',
    '\u{10ffff}',
  ]) {
    expect(ours.textEncoder().encode(text)).toEqual(theirs.encode(text));
    const bytes = new Uint8Array(16);
    const { written } = ours.textEncoder().encodeInto(text, bytes);
    expect(bytes.subarray(0, written)).toEqual(theirs.encode(text));
  }
});

test('decodes as TextDecoder does, every sequence of bytes at the borders', () => {
  const strictly = (
    decoder: { decode(bytes: Uint8Array): string },
    bytes: Uint8Array,
  ): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
  const borders = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
  ];
  const theirs = new Decoder('utf-8', { ignoreBOM: true });
  const theirStrict = new Decoder('utf-8', { ignoreBOM: true, fatal: true });
  const wrong: Uint8Array[] = [];
  for (const a of borders)
    for (const b of borders)
      for (const c of borders)
        for (const bytes of [
          Uint8Array.of(a, b, c),
          Uint8Array.of(a, b, c, 0x80),
          Uint8Array.of(0xf1, a, b, c),
        ])
          if (
            ours.textDecoder(false).decode(bytes) !== theirs.decode(bytes) ||
            strictly(ours.textDecoder(true), bytes) !== strictly(theirStrict, bytes)
          )
            wrong.push(bytes);
  expect(wrong).toEqual([]);
});
