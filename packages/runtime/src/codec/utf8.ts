import { MAX_SHORT, shortAscii } from './ascii.ts';
import { textDecoder, textEncoder } from './text-coding.ts';

/**
 * Text and bytes. Node's Buffer has native one-call conversions that beat TextDecoder by far
 * (bench/codec); browsers have no Buffer, so it is looked up at run time and never imported.
 */
interface NativeText {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

interface NativeBuffer {
  readonly prototype: Partial<NativeText>;
  readonly byteLength?: (text: string) => number;
}

const native = (globalThis as { Buffer?: NativeBuffer }).Buffer;
const buffer = native?.prototype;
const byteLength = native?.byteLength;
const latin1Slice = buffer?.latin1Slice;
const utf8Slice = buffer?.utf8Slice;
const utf8Write = buffer?.utf8Write;

const encoder = textEncoder();
const strict = textDecoder(true);
const lenient = textDecoder(false);

const REPLACEMENT = '\ufffd';

/** Bytes that are known to be ASCII, as text. */
export function readAscii(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= MAX_SHORT) return shortAscii(bytes, start, end - start);
  return latin1Slice === undefined
    ? lenient.decode(bytes.subarray(start, end))
    : latin1Slice.call(bytes, start, end);
}

/**
 * UTF-8 as text.
 * @returns undefined for bytes that are not valid UTF-8
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start <= MAX_SHORT) {
    let bits = 0;
    for (let i = start; i < end; i++) bits |= bytes[i]!;
    if (bits < 0x80) return shortAscii(bytes, start, end - start);
  }
  if (utf8Slice !== undefined) {
    const text = utf8Slice.call(bytes, start, end);
    // The native call replaces what is invalid; only a text with U+FFFD needs the slow check.
    if (!text.includes(REPLACEMENT)) return text;
  }
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** UTF-8 as text, every invalid sequence replaced by U+FFFD. */
export function readUtf8Lenient(bytes: Uint8Array, start: number, end: number): string {
  return lenient.decode(bytes.subarray(start, end));
}

/** Counting the bytes of a longer text costs less than memory for three times as many. */
const LONG_TEXT = 4 * 1024;

/** The room that `writeUtf8` needs for a text, in bytes. */
export function utf8Room(text: string): number {
  return text.length > LONG_TEXT && byteLength !== undefined ? byteLength(text) : text.length * 3;
}

/**
 * Writes text as UTF-8; a lone surrogate becomes U+FFFD. There must be `utf8Room`.
 * @returns how many bytes were written
 */
export function writeUtf8(text: string, bytes: Uint8Array, offset: number): number {
  return utf8Write === undefined
    ? encoder.encodeInto(text, bytes.subarray(offset)).written
    : utf8Write.call(bytes, text, offset, Math.min(text.length * 3, bytes.length - offset));
}

/** Text as UTF-8 in an array of its own. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
