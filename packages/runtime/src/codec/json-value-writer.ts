import { base64Length, writeBase64 } from './base64.ts';
import type { EnumType } from './enum-type.ts';
import { millionths, shortestFloat } from './float.ts';
import { type Int64Like, nearInt64, nearUint64, toBillions, toInt64, toUint64 } from './int64.ts';
import { needsEscape } from './json-scan.ts';
import { MAX_FLOAT } from './limits.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { PackedText } from './packed-text.ts';
import { utf8Room, writeUtf8 } from './utf8.ts';
import { isBytes, isFloat } from './valid.ts';
import { wrongValue } from './wrong-value.ts';

/** `00` to `99`, one after the other. */
const PAIRS = Uint8Array.from(
  { length: 200 },
  (_, i) => 0x30 + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10),
);

/** Up to this many UTF-16 units a loop beats the native call and the scan after it (bench/codec). */
const SHORT_TEXT = 16;
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Writes single JSON values. */
export class JsonValueWriter extends OutputBuffer {
  /** ASCII text as it is. */
  text(text: string): void {
    const { length } = text;
    this.reserve(length);
    const { buf, pos } = this;
    for (let i = 0; i < length; i++) buf[pos + i] = text.charCodeAt(i);
    this.pos = pos + length;
  }

  protected packed({ words, length }: PackedText): void {
    this.reserve(length + 3);
    const { view, pos } = this;
    for (let i = 0; i < words.length; i++) view.setInt32(pos + i * 4, words[i]!, true);
    this.pos = pos + length;
  }

  null(): void {
    this.text('null');
  }

  bool(value: boolean): void {
    if (typeof value !== 'boolean') throw wrongValue('bool', value);
    this.text(value ? 'true' : 'false');
  }

  int32(value: number): void {
    if (typeof value !== 'number' || (value | 0) !== value) throw wrongValue('int32', value);
    this.reserve(11);
    if (value < 0) {
      this.buf[this.pos++] = 0x2d;
      value = -value;
    }
    this.digits(value);
  }

  uint32(value: number): void {
    if (typeof value !== 'number' || value >>> 0 !== value) throw wrongValue('uint32', value);
    this.reserve(11);
    this.digits(value);
  }

  int64(value: Int64Like): void {
    const integer = toInt64(value);
    this.quotedInteger(integer, nearInt64(integer));
  }

  uint64(value: Int64Like): void {
    const integer = toUint64(value);
    this.quotedInteger(integer, nearUint64(integer));
  }

  double(value: number): void {
    if (typeof value !== 'number') throw wrongValue('double', value);
    if (!(Math.abs(value) < 1e15)) {
      this.text(Number.isFinite(value) ? String(value) : `"${value}"`);
      return;
    }
    const size = Math.abs(value);
    // Most fractions people send have few decimals.
    const scaled = Number.isInteger(size) ? size * 1e6 : millionths(size);
    if (scaled < 0) {
      this.text(String(value));
      return;
    }
    this.reserve(24);
    if (value < 0 || Object.is(value, -0)) this.buf[this.pos++] = 0x2d;
    const whole = Math.floor(size);
    this.digits(whole);
    this.fraction((scaled - whole * 1e6) | 0);
  }

  float(value: number): void {
    if (typeof value !== 'number') throw wrongValue('float', value);
    if (!(value <= MAX_FLOAT && value >= -MAX_FLOAT) && !isFloat(value)) throw wrongValue('float', value);
    this.double(Number.isInteger(value) || millionths(value) >= 0 ? value : shortestFloat(value));
  }

  string(value: string): void {
    if (typeof value !== 'string') throw wrongValue('string', value);
    const { length } = value;
    this.reserve(3 + utf8Room(value));
    if (length <= SHORT_TEXT) {
      const { buf } = this;
      let at = this.pos;
      buf[at++] = QUOTE;
      let i = 0;
      for (; i < length; i++) {
        const unit = value.charCodeAt(i);
        if (unit < 0x20 || unit >= 0x80 || unit === QUOTE || unit === BACKSLASH) break;
        buf[at++] = unit;
      }
      if (i === length) {
        buf[at++] = QUOTE;
        this.pos = at;
        return;
      }
    }
    const start = this.pos;
    const end = start + 1 + writeUtf8(value, this.buf, start + 1);
    if (needsEscape(this.view, start + 1, end)) {
      this.escaped(value);
      return;
    }
    this.buf[start] = QUOTE;
    this.buf[end] = QUOTE;
    this.pos = end + 1;
  }

  bytes(value: Uint8Array): void {
    if (!isBytes(value)) throw wrongValue('bytes', value);
    const size = base64Length(value.length);
    this.reserve(size + 2);
    this.buf[this.pos++] = QUOTE;
    writeBase64(value, this.buf, this.pos);
    this.pos += size;
    this.buf[this.pos++] = QUOTE;
  }

  /** An enum value by its name, or by its number where it has none. */
  enum(type: EnumType, value: number): void {
    const name = type.quoted.get(value);
    if (name === undefined) this.int32(value);
    else this.packed(name);
  }

  /** Nanoseconds as the fraction of a second, of 0, 3, 6 or 9 digits, and what follows it. */
  nanos(nanos: number, end: string): void {
    this.reserve(12);
    if (nanos !== 0) {
      this.buf[this.pos++] = 0x2e;
      if (nanos % 1e6 === 0) this.fixedDigits(nanos / 1e6, 3);
      else if (nanos % 1e3 === 0) this.fixedDigits(nanos / 1e3, 6);
      else this.fixedDigits(nanos, 9);
    }
    for (let i = 0; i < end.length; i++) this.buf[this.pos++] = end.charCodeAt(i);
  }

  /** A date and a time in UTC as RFC 3339 writes them, up to the seconds. */
  dateTime(year: number, month: number, day: number, secondOfDay: number): void {
    this.reserve(20);
    const { buf } = this;
    buf[this.pos++] = QUOTE;
    this.fixedDigits(year, 4);
    buf[this.pos++] = 0x2d;
    this.fixedDigits(month, 2);
    buf[this.pos++] = 0x2d;
    this.fixedDigits(day, 2);
    buf[this.pos++] = 0x54;
    this.fixedDigits((secondOfDay / 3600) | 0, 2);
    buf[this.pos++] = COLON;
    this.fixedDigits(((secondOfDay / 60) | 0) % 60, 2);
    buf[this.pos++] = COLON;
    this.fixedDigits(secondOfDay % 60, 2);
  }

  /** Millionths after the point, without the zeros at the end. */
  private fraction(millionths: number): void {
    if (millionths === 0) return;
    let width = 6;
    for (; millionths % 10 === 0; width--) millionths = (millionths / 10) | 0;
    this.buf[this.pos++] = 0x2e;
    this.fixedDigits(millionths, width);
  }

  private quotedInteger(value: bigint, number: number): void {
    this.reserve(22);
    this.buf[this.pos++] = QUOTE;
    if (number < 0) this.buf[this.pos++] = 0x2d;
    const size = Math.abs(number);
    if (size < 1e15) this.digits(size);
    else {
      const [billions, rest] = toBillions(number < 0 ? -value : value);
      this.digits(billions);
      this.fixedDigits(rest, 9);
    }
    this.buf[this.pos++] = QUOTE;
  }

  /** A non-negative integer below 1e15; there must be room. */
  private digits(value: number): void {
    if (value < 0x80000000) {
      this.smallDigits(value | 0);
      return;
    }
    // Division of integers is only fast on 32 bits.
    const billions = Math.floor(value / 1e9);
    this.smallDigits(billions | 0);
    this.fixedDigits((value - billions * 1e9) | 0, 9);
  }

  private smallDigits(value: number): void {
    let width = 1;
    if (value >= 10) {
      if (value < 1e2) width = 2;
      else if (value < 1e3) width = 3;
      else if (value < 1e4) width = 4;
      else if (value < 1e5) width = 5;
      else if (value < 1e6) width = 6;
      else if (value < 1e7) width = 7;
      else if (value < 1e8) width = 8;
      else width = value < 1e9 ? 9 : 10;
    }
    this.fixedDigits(value, width);
  }

  /** A 32-bit integer in `width` digits, with leading zeros; there must be room. */
  private fixedDigits(value: number, width: number): void {
    const { buf, pos } = this;
    let at = pos + width;
    this.pos = at;
    while (at - pos >= 2) {
      const quotient = (value / 100) | 0;
      const pair = (value - quotient * 100) << 1;
      buf[--at] = PAIRS[pair + 1]!;
      buf[--at] = PAIRS[pair]!;
      value = quotient;
    }
    if (at > pos) buf[pos] = 0x30 + value;
  }

  private escaped(value: string): void {
    // A lone surrogate is not text; binary protobuf writes U+FFFD for it, so JSON does.
    const text = JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
    this.reserve(1 + utf8Room(text));
    this.pos += writeUtf8(text, this.buf, this.pos);
  }
}
