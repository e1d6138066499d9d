import { base64Length, writeBase64 } from './base64.ts';
import type { EnumType } from './enum-type.ts';
import { EncodeError, missingField } from './errors.ts';
import { nearInt64, nearUint64, toBillions, toInt64, toUint64, type Int64Like } from './int64.ts';
import type { JsonKey } from './json-key.ts';
import type { ToJsonOptions } from './options.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { PackedText } from './packed-text.ts';
import type { Registry } from './registry.ts';
import type { Unknown } from './unknown.ts';
import { millionths, shortestFloat } from './float.ts';
import { needsEscape } from './json-scan.ts';
import { writeUtf8 } from './utf8.ts';

/** `00` to `99`, one after the other. */
const PAIRS = Uint8Array.from(
  { length: 200 },
  (_, i) => 0x30 + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10),
);

/** Up to this many UTF-16 units a loop beats the native call and the scan after it (bench/codec). */
const SHORT_TEXT = 16;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Writes ProtoJSON straight into bytes (bench/codec: twice as fast as building strings).
 *
 * Every member of an object and every element of a list is written with a comma in front; the end of the
 * object or list turns the first comma into its bracket.
 */
export class JsonWriter extends OutputBuffer {
  /** Write `userName` instead of `user_name`. */
  camel = false;
  /** Write fields that hold their default value. */
  defaults = true;
  /** The messages an Any may hold, and extensions by name. */
  registry: Registry | undefined = undefined;
  /** The message being written is the top of an envelope. */
  private envelope = false;

  configure(options: ToJsonOptions | undefined): void {
    this.camel = options?.jsonNames === 'camel';
    this.defaults = options?.emitDefaults ?? true;
    this.registry = options?.registry;
    this.envelope = options?.envelope ?? false;
  }

  beginObject(): number {
    this.reserve(2);
    return this.pos - this.start;
  }

  endObject(mark: number): void {
    this.close(mark, 0x7b, 0x7d);
  }

  beginList(key: JsonKey): number {
    this.key(key);
    return this.beginObject();
  }

  endList(mark: number): void {
    this.close(mark, 0x5b, 0x5d);
  }

  beginMap(key: JsonKey): number {
    return this.beginList(key);
  }

  /** Ends a map; an empty one takes its key back where defaults are not written. */
  endMap(mark: number, key: JsonKey): void {
    if (this.pos === this.start + mark && !this.defaults)
      this.pos -= (this.camel ? key.camel : key.proto).length;
    else this.endObject(mark);
  }

  /**
   * Writes the object that `write` writes as more members of the one being written (the fields of an Any).
   */
  members(write: () => void): void {
    this.comma();
    const at = this.pos - this.start;
    write();
    // The comma takes the place of the inner opening bracket; an empty object leaves no comma either.
    const from = this.start + at;
    if (this.pos - from === 2) this.pos = from - 1;
    else {
      this.buf.copyWithin(from, from + 1, this.pos - 1);
      this.pos -= 2;
    }
  }

  /** The extensions among the fields kept from binary, as far as the registry names them. */
  extensions(extendee: string, message: Unknown): void {
    if (message.$unknown !== undefined) this.registry?.writeExtensions(extendee, message, this);
  }

  private close(mark: number, open: number, close: number): void {
    this.reserve(2);
    const at = this.start + mark;
    this.buf[at] = open;
    if (at === this.pos) this.pos++;
    this.buf[this.pos++] = close;
  }

  /** Starts the next element of a list. */
  comma(): void {
    // Whatever was written last left room for it.
    this.buf[this.pos++] = COMMA;
  }

  /** The key of a field, with a comma before and a colon after it. */
  key(key: JsonKey): void {
    this.packed(this.camel ? key.camel : key.proto);
  }

  private packed({ words, length }: PackedText): void {
    this.reserve(length + 3);
    const { view, pos } = this;
    for (let i = 0; i < words.length; i++) view.setInt32(pos + i * 4, words[i]!, true);
    this.pos = pos + length;
  }

  /** ASCII text as it is. */
  text(text: string): void {
    const { length } = text;
    this.reserve(length);
    const { buf, pos } = this;
    for (let i = 0; i < length; i++) buf[pos + i] = text.charCodeAt(i);
    this.pos = pos + length;
  }

  /** The key of a map entry. */
  mapKey(key: string): void {
    this.comma();
    this.string(key);
    // `string` leaves room for more than its quotes.
    this.buf[this.pos++] = COLON;
  }

  null(): void {
    this.text('null');
  }

  bool(value: boolean): void {
    this.text(value ? 'true' : 'false');
  }

  /** A 32-bit integer of any kind. */
  int32(value: number): void {
    if (!Number.isInteger(value)) throw new EncodeError(`expected a 32-bit integer, got ${String(value)}`);
    this.reserve(11);
    if (value < 0) {
      this.buf[this.pos++] = 0x2d;
      value = -value;
    }
    this.digits(value);
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

  int64(value: Int64Like): void {
    const integer = toInt64(value);
    this.quotedInteger(integer, nearInt64(integer));
  }

  uint64(value: Int64Like): void {
    const integer = toUint64(value);
    this.quotedInteger(integer, nearUint64(integer));
  }

  double(value: number): void {
    if (!(Math.abs(value) < 1e15)) {
      this.oddNumber(value);
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

  /** Millionths after the point, without the zeros at the end. */
  private fraction(millionths: number): void {
    if (millionths === 0) return;
    let width = 6;
    for (; millionths % 10 === 0; width--) millionths = (millionths / 10) | 0;
    this.buf[this.pos++] = 0x2e;
    this.fixedDigits(millionths, width);
  }

  float(value: number): void {
    this.double(Number.isInteger(value) || millionths(value) >= 0 ? value : shortestFloat(value));
  }

  /** What is no number of JSON, or a very large one. */
  private oddNumber(value: number): void {
    if (typeof value !== 'number') throw new EncodeError(`expected a number, got ${String(value)}`);
    this.text(Number.isFinite(value) ? String(value) : `"${value}"`);
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

  string(value: string): void {
    if (typeof value !== 'string') throw new EncodeError(`expected string, got ${String(value)}`);
    const { length } = value;
    this.reserve(3 + length * 3);
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

  private escaped(value: string): void {
    // A lone surrogate is not text; binary protobuf writes U+FFFD for it, so JSON does.
    const text = JSON.stringify(value.isWellFormed() ? value : value.toWellFormed());
    this.reserve(1 + text.length * 3);
    this.pos += writeUtf8(text, this.buf, this.pos);
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw new EncodeError(`expected bytes, got ${String(value)}`);
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

  // Fields that are written only when they hold something, or when defaults are asked for.

  stringField(key: JsonKey, value: string | undefined): void {
    if (value !== undefined && value !== '') {
      this.key(key);
      this.string(value);
    } else this.default(key, '""');
  }

  int32Field(key: JsonKey, value: number | undefined): void {
    if (value !== undefined && value !== 0) {
      this.key(key);
      this.int32(value);
    } else this.default(key, '0');
  }

  int64Field(key: JsonKey, value: Int64Like | undefined): void {
    if (value && value !== '0') {
      this.key(key);
      this.int64(value);
    } else this.default(key, '"0"');
  }

  uint64Field(key: JsonKey, value: Int64Like | undefined): void {
    if (value && value !== '0') {
      this.key(key);
      this.uint64(value);
    } else this.default(key, '"0"');
  }

  doubleField(key: JsonKey, value: number | undefined): void {
    if (value !== undefined && !Object.is(value, 0)) {
      this.key(key);
      this.double(value);
    } else this.default(key, '0');
  }

  floatField(key: JsonKey, value: number | undefined): void {
    if (value !== undefined && !Object.is(value, 0)) {
      this.key(key);
      this.float(value);
    } else this.default(key, '0');
  }

  boolField(key: JsonKey, value: boolean | undefined): void {
    if (value === true) {
      this.key(key);
      this.text('true');
    } else this.default(key, 'false');
  }

  bytesField(key: JsonKey, value: Uint8Array | undefined): void {
    if (value !== undefined && value.length > 0) {
      this.key(key);
      this.bytes(value);
    } else this.default(key, '""');
  }

  enumField(key: JsonKey, type: EnumType, value: number | undefined): void {
    if (value !== undefined && value !== 0) {
      this.key(key);
      this.enum(type, value);
    } else if (this.defaults) {
      this.key(key);
      this.enum(type, 0);
    }
  }

  /** A field that holds nothing: an unset message is `null`, an empty list `[]`, an empty map `{}`. */
  default(key: JsonKey, value: string): void {
    if (!this.defaults) return;
    this.key(key);
    this.text(value);
  }

  /** A required message that is not there: it has no default that could be written. */
  missing(name: string): never {
    throw missingField(name);
  }

  /** The unset `data` of an envelope is `{}` at the top of an answer, `null` elsewhere (wire.md, Envelope). */
  unsetData(key: JsonKey, mark: number): void {
    this.default(key, this.envelope && mark === 0 ? '{}' : 'null');
  }
}
