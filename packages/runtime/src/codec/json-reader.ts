import { MAX_SHORT as SHORT_TEXT, shortAscii } from './ascii.ts';
import { readBase64 } from './base64.ts';
import type { EnumType } from './enum-type.ts';
import { DecodeError } from './errors.ts';
import { fromBillions, fromInteger, toSafeNumber } from './int64.ts';
import { fromDecimal } from './float.ts';
import type { JsonFields } from './json-fields.ts';
import { type NameTable, nextHash, type NumberedName } from './name-table.ts';
import { isJsonNumber, parseInteger } from './json-number.ts';
import { jsonPath } from './json-path.ts';
import { plainUntil } from './json-scan.ts';
import type { FromJsonOptions } from './options.ts';
import type { Registry } from './registry.ts';
import type { Unknown } from './unknown.ts';
import { readAscii, readUtf8, readUtf8Lenient } from './utf8.ts';

/** How deep objects and lists may nest (wire.md, Bodies). */
const MAX_DEPTH = 100;
/** How much of a wrong value an error shows. */
const MAX_SHOWN = 40;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const MIN_INT32 = -0x8000_0000n;
const MAX_INT32 = 0x7fff_ffffn;
const MAX_UINT32 = 0xffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
/** An int64 is surely less than so many times 1e9. */
const MAX_BILLIONS = 9_223_372_036;

/** An integer of 32 bits as it is mostly written. */
const SMALL = /^(?:0|-?[1-9]\d{0,8})$/;
/** A 64-bit integer as it is mostly written. */
const DIGITS = /^-?[1-9]\d{0,19}$/;
/** Half a step above the largest float rounds to infinity. */
const MAX_FLOAT = 3.4028235677973366e38;

/**
 * Reads ProtoJSON straight from bytes. JSON.parse would lose the digits of 64-bit numbers, duplicate keys and
 * the place of an error, and costs more than this does (bench/codec).
 *
 * Generated code drives it: `beginObject`, then `field` until it answers 0, one value after each.
 */
export class JsonReader {
  private readonly buf: Uint8Array;
  private readonly options: FromJsonOptions;
  private readonly strict: boolean;
  private pos = 0;
  private view: DataView | undefined = undefined;
  /** Nothing of the object or list being read has been seen yet. */
  private first = false;
  private depth = 0;
  /** Under `strict`: the keys seen in each object around. */
  private readonly seen: Set<string | number>[] = [];

  /** The messages an Any may hold, and extensions by name. */
  readonly registry: Registry | undefined;
  /** The depth at which the key `@type` is not a field: the object being read is an Any. */
  private anyDepth = 0;
  /** The key of the extension `field` has come to. */
  private extensionName = '';

  constructor(buf: Uint8Array, options: FromJsonOptions = {}) {
    this.buf = buf;
    this.options = options;
    this.strict = options.strict ?? false;
    this.registry = options.registry;
  }

  /** After the top value: nothing but white space may follow. */
  finish(): void {
    this.space();
    if (this.pos < this.buf.length) throw this.syntax('the end');
  }

  // Structure

  beginObject(): void {
    if (this.space() !== OPEN_OBJECT) throw this.wrong('object');
    this.open();
    if (this.strict) this.seen.push(new Set());
  }

  beginList(): void {
    if (this.space() !== OPEN_LIST) throw this.wrong('list');
    this.open();
  }

  private open(): void {
    if (++this.depth > MAX_DEPTH) throw this.error(`nested deeper than ${MAX_DEPTH} levels`);
    this.pos++;
    this.first = true;
  }

  /** Whether the list has a next element; its value comes next. */
  element(): boolean {
    if (!this.first && this.buf[this.pos] === COMMA) {
      this.pos++;
      return true;
    }
    const byte = this.space();
    if (byte === CLOSE_LIST) return this.close();
    this.separator(byte, "',' or ']'");
    return true;
  }

  /**
   * The key of the object's next member that the message knows and that is not `null`.
   * Others are skipped; under `strict` they are refused, and so are duplicates.
   * @returns its field number, or 0 at the end of the object
   */
  field(fields: JsonFields): number {
    for (;;) {
      if (!this.nextKey() && !this.member()) return 0;
      const start = this.pos;
      const number = this.matchKey(fields.names);
      if (this.strict) this.once(number === 0 ? this.keyAt(start) : number, start);
      this.colon();
      if (number === 0) {
        const key = fields.extendee === undefined && !this.strict ? '' : this.keyAt(start);
        if (fields.extendee !== undefined && this.registry?.extension(key, fields.extendee) !== undefined) {
          this.extensionName = key;
          return -1;
        }
        if (this.strict && !(key === '@type' && this.anyDepth === this.depth)) throw this.unknownField(start);
        this.skip();
      } else if (this.space() === 0x6e /* n */ && fields.nullable?.has(number) !== true) this.skip();
      else return number;
    }
  }

  /** Takes the extension `field` answered -1 for into the fields kept from binary. */
  extension(message: Unknown): void {
    const name = this.extensionName;
    if (this.null()) return;
    const start = this.pos;
    this.skip();
    this.registry!.readExtension(name, message, this.buf.subarray(start, this.pos), this.options);
  }

  /** What kind of value comes next. */
  kind(): 'null' | 'bool' | 'number' | 'string' | 'list' | 'object' {
    switch (this.space()) {
      case 0x6e:
        return 'null';
      case 0x74:
      case 0x66:
        return 'bool';
      case QUOTE:
        return 'string';
      case OPEN_LIST:
        return 'list';
      case OPEN_OBJECT:
        return 'object';
      default:
        return 'number';
    }
  }

  /** A string that stands for something else; `parse` answers undefined for one that does not. */
  parsed<T>(expected: string, parse: (text: string) => T | undefined): T {
    if (this.space() !== QUOTE) throw this.wrong(expected);
    const start = this.pos;
    const value = parse(this.string());
    if (value !== undefined) return value;
    this.pos = start;
    throw this.wrong(expected);
  }

  /**
   * Looks ahead in the object that comes next, wherever in it the member is.
   * @returns the string member `key`, undefined where there is none; `null` where the object has no members
   */
  peekMember(key: string): string | null | undefined {
    if (this.space() !== OPEN_OBJECT) throw this.wrong('object');
    const { pos, depth } = this;
    const seen = this.seen.length;
    let found: string | null | undefined = null;
    this.beginObject();
    while (this.member()) {
      const name = this.string();
      this.colon();
      if (name === key) found = this.string();
      else {
        found ??= undefined;
        this.skip();
      }
    }
    this.pos = pos;
    this.depth = depth;
    this.seen.length = seen;
    return found;
  }

  /** Reads an object in which `@type` is no field but says what the others are. */
  inAny<T>(read: () => T): T {
    const { anyDepth } = this;
    this.anyDepth = this.depth + 1;
    const value = read();
    this.anyDepth = anyDepth;
    return value;
  }

  /** A value of google.protobuf.NullValue: `null`, or as any enum. */
  nullValue(type: EnumType): number | undefined {
    return this.null() ? 0 : this.enum(type);
  }

  /** The next key of a map, or undefined at its end. */
  mapKey(): string | undefined {
    if (!this.member()) return undefined;
    const start = this.pos;
    const key = this.string();
    if (this.strict) this.once(key, start);
    this.colon();
    return key;
  }

  mapKeyBool(): string | undefined {
    const start = this.pos;
    const key = this.mapKey();
    if (key !== undefined && key !== 'true' && key !== 'false') throw this.wrongKey('bool', key, start);
    return key;
  }

  mapKeyInt32(): string | undefined {
    return this.mapKeyInteger('int32', MIN_INT32, MAX_INT32);
  }

  mapKeyUint32(): string | undefined {
    return this.mapKeyInteger('uint32', 0n, MAX_UINT32);
  }

  mapKeyInt64(): string | undefined {
    return this.mapKeyInteger('int64', MIN_INT64, MAX_INT64);
  }

  mapKeyUint64(): string | undefined {
    return this.mapKeyInteger('uint64', 0n, MAX_UINT64);
  }

  private mapKeyInteger(expected: string, min: bigint, max: bigint): string | undefined {
    const start = this.pos;
    const key = this.mapKey();
    if (key === undefined || (SMALL.test(key) && (key[0] !== '-' || min < 0n))) return key;
    const value = parseInteger(key);
    if (value === undefined || value < min || value > max) throw this.wrongKey(expected, key, start);
    return String(value);
  }

  /** Refuses a second member of a oneof. */
  oneof(current: { readonly case: string } | undefined): void {
    if (current !== undefined) throw this.error(`a second member of a oneof, after ${current.case}`);
  }

  /** Whether `null` comes next; it is taken. */
  null(): boolean {
    if (this.space() !== 0x6e) return false;
    this.literal('null');
    return true;
  }

  /** Skips a value, making sure that it is one. */
  skip(): void {
    switch (this.space()) {
      case OPEN_OBJECT:
        this.beginObject();
        while (this.member()) {
          const start = this.pos;
          const key = this.string();
          if (this.strict) this.once(key, start);
          this.colon();
          this.skip();
        }
        return;
      case OPEN_LIST:
        this.beginList();
        while (this.element()) this.skip();
        return;
      case QUOTE:
        this.string();
        return;
      case 0x6e:
        this.literal('null');
        return;
      case 0x74:
        this.literal('true');
        return;
      case 0x66:
        this.literal('false');
        return;
      default:
        this.numberText('value');
    }
  }

  // Values

  bool(): boolean {
    const byte = this.space();
    if (byte !== 0x74 && byte !== 0x66) throw this.wrong('bool');
    this.literal(byte === 0x74 ? 'true' : 'false');
    return byte === 0x74;
  }

  string(): string {
    if (this.space() !== QUOTE) throw this.wrong('string');
    const { buf } = this;
    const start = this.pos + 1;
    let end = start;
    let bits = 0;
    let byte = buf[end]!;
    while (byte !== QUOTE) {
      if (byte === BACKSLASH) return this.escapedString(start);
      if (!(byte >= 0x20)) throw this.wrong('string');
      if (end - start === SHORT_TEXT) return this.longString(start);
      bits |= byte;
      byte = buf[++end]!;
    }
    const text = bits < 0x80 ? shortAscii(buf, start, end - start) : readUtf8(buf, start, end);
    if (text === undefined) throw this.error('string is not valid UTF-8');
    this.pos = end + 1;
    return text;
  }

  private longString(start: number): string {
    const { buf } = this;
    this.view ??= viewOf(buf);
    let end = plainUntil(this.view, start + SHORT_TEXT, buf.length);
    let byte = buf[end]!;
    while (byte !== QUOTE) {
      if (byte === BACKSLASH) return this.escapedString(start);
      if (!(byte >= 0x20)) throw this.wrong('string');
      byte = buf[++end]!;
    }
    const text = readUtf8(buf, start, end);
    if (text === undefined) throw this.error('string is not valid UTF-8');
    this.pos = end + 1;
    return text;
  }

  bytes(): Uint8Array {
    if (this.space() !== QUOTE) throw this.wrong('base64');
    const start = this.pos + 1;
    const end = this.stringEnd(start);
    const bytes = readBase64(this.buf, start, end) ?? this.escapedBytes();
    this.pos = end + 1;
    return bytes;
  }

  private escapedBytes(): Uint8Array {
    // A `/` may be written as `\/`.
    const start = this.pos;
    const text = new TextEncoder().encode(this.string());
    const bytes = readBase64(text, 0, text.length);
    this.pos = start;
    if (bytes === undefined) throw this.wrong('base64');
    return bytes;
  }

  /** @returns undefined for an unknown name where those are ignored */
  enum(type: EnumType): number | undefined {
    if (this.space() !== QUOTE) return this.int32();
    const start = this.pos;
    const key = this.findName(type.table);
    if (key !== undefined) {
      // Enum values repeat more often than they follow each other.
      type.table.hint--;
      return key.number;
    }
    const name = this.string();
    const number = type.numbers.get(name);
    if (number === undefined && this.options.ignoreUnknownEnums !== true) {
      const integer = parseInteger(name);
      this.pos = start;
      if (integer !== undefined) return this.int32();
      throw this.wrong(`a value of ${type.typeName}`);
    }
    return number;
  }

  int32(): number {
    return this.smallInteger(-0x80000000, 0x7fffffff) ?? Number(this.integer('int32', MIN_INT32, MAX_INT32));
  }

  uint32(): number {
    return this.smallInteger(0, 0xffffffff) ?? Number(this.integer('uint32', 0n, MAX_UINT32));
  }

  int64(): bigint {
    const value = this.smallInteger(-1e15, 1e15);
    if (value !== undefined) return fromInteger(value);
    return this.largeInteger() ?? this.integer('int64', MIN_INT64, MAX_INT64);
  }

  uint64(): bigint {
    const value = this.smallInteger(0, 1e15);
    if (value !== undefined) return fromInteger(value);
    return this.largeInteger() ?? this.integer('uint64', 0n, MAX_UINT64);
  }

  int64String(): string {
    return String(this.int64());
  }

  uint64String(): string {
    return String(this.uint64());
  }

  int64Number(): number {
    return toSafeNumber(this.int64());
  }

  uint64Number(): number {
    return toSafeNumber(this.uint64());
  }

  double(): number {
    return this.float64('double', Number.MAX_VALUE);
  }

  float(): number {
    return Math.fround(this.float64('float', MAX_FLOAT));
  }

  private float64(expected: string, max: number): number {
    const first = this.space();
    const decimal = this.decimal(first);
    if (decimal !== undefined) return decimal;
    const start = this.pos;
    const quoted = first === QUOTE;
    const text = quoted ? this.string() : this.numberText(expected);
    if (quoted && (text === 'NaN' || text === 'Infinity' || text === '-Infinity')) return Number(text);
    const value = Number(text);
    if (value > max || value < -max || (quoted && !isJsonNumber(text))) {
      this.pos = start;
      throw this.wrong(expected);
    }
    return value;
  }

  /**
   * A bare number of at most 15 digits without an exponent: all but a few.
   * @returns undefined where it is written otherwise; nothing has been taken then
   */
  private decimal(first: number): number | undefined {
    const { buf } = this;
    let at = this.pos;
    let byte = first;
    const negative = byte === 0x2d;
    if (negative) byte = buf[++at]!;
    const start = at;
    let digits = 0;
    while (byte >= 0x30 && byte <= 0x39) {
      digits = digits * 10 + byte - 0x30;
      byte = buf[++at]!;
    }
    let count = at - start;
    if (count === 0 || (count > 1 && buf[start] === 0x30)) return undefined;
    let decimals = 0;
    if (byte === 0x2e) {
      byte = buf[++at]!;
      const point = at;
      while (byte >= 0x30 && byte <= 0x39) {
        digits = digits * 10 + byte - 0x30;
        byte = buf[++at]!;
      }
      decimals = at - point;
      if (decimals === 0) return undefined;
      count += decimals;
    }
    if (count > 15 || (byte | 0x20) === 0x65) return undefined;
    this.pos = at;
    const value = decimals === 0 ? digits : fromDecimal(digits, decimals);
    return negative ? -value : value;
  }

  /**
   * An integer of at most 15 digits, bare or quoted: all but a few.
   * @returns undefined where it is written otherwise or out of range; nothing has been taken then
   */
  private smallInteger(min: number, max: number): number | undefined {
    const { buf } = this;
    let byte = this.space();
    let at = this.pos;
    const quoted = byte === QUOTE;
    if (quoted) byte = buf[++at]!;
    const negative = byte === 0x2d;
    if (negative) byte = buf[++at]!;
    const start = at;
    let value = 0;
    while (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      byte = buf[++at]!;
    }
    const digits = at - start;
    if (digits === 0 || digits > 15 || (digits > 1 && buf[start] === 0x30)) return undefined;
    if (quoted) {
      if (byte !== QUOTE) return undefined;
      at++;
    } else if (byte === 0x2e || (byte | 0x20) === 0x65) return undefined;
    // -0 is 0 in every integer type.
    if (negative && value !== 0) value = -value;
    if (value < min || value > max) return undefined;
    this.pos = at;
    return value;
  }

  /**
   * A quoted positive integer of 10 to 19 digits, as 64-bit numbers mostly are.
   * @returns undefined where it is written otherwise; nothing has been taken then
   */
  private largeInteger(): bigint | undefined {
    const { buf } = this;
    const start = this.pos + 1;
    let end = start;
    while (isDigit(buf[end]!)) end++;
    const count = end - start;
    if (count < 10 || count > 19 || buf[start - 1] !== QUOTE || buf[end] !== QUOTE || buf[start] === 0x30)
      return undefined;
    const billions = this.digits(start, end - 9);
    if (billions >= MAX_BILLIONS) return undefined;
    this.pos = end + 1;
    return fromBillions(billions, this.digits(end - 9, end));
  }

  private digits(start: number, end: number): number {
    let value = 0;
    for (let i = start; i < end; i++) value = value * 10 + this.buf[i]! - 0x30;
    return value;
  }

  private integer(expected: string, min: bigint, max: bigint): bigint {
    const start = this.pos;
    const text = this.buf[start] === QUOTE ? this.string() : this.numberText(expected);
    const value = DIGITS.test(text) ? BigInt(text) : parseInteger(text);
    if (value === undefined || value < min || value > max) {
      this.pos = start;
      throw this.wrong(expected);
    }
    return value;
  }

  /** A bare number as it is written. */
  private numberText(expected: string): string {
    const { buf, pos } = this;
    let end = pos;
    // A superset of what a number is made of; isJsonNumber decides.
    while (isNumberByte(buf[end]!)) end++;
    const text = readAscii(buf, pos, end);
    if (!isJsonNumber(text)) throw this.wrong(expected);
    this.pos = end;
    return text;
  }

  private escapedString(start: number): string {
    const end = this.stringEnd(start);
    const raw = readUtf8(this.buf, start - 1, end + 1);
    if (raw === undefined) throw this.error('string is not valid UTF-8');
    let text: string;
    try {
      text = JSON.parse(raw) as string;
    } catch {
      throw this.wrong('string');
    }
    // Valid UTF-8 has no surrogates, but an escape may be one.
    if (raw.includes('\\u') && !text.isWellFormed()) throw this.error('string has a lone surrogate');
    this.pos = end + 1;
    return text;
  }

  /** Where the closing quote is. */
  private stringEnd(start: number): number {
    const { buf } = this;
    this.view ??= viewOf(buf);
    for (let end = start; ;) {
      end = plainUntil(this.view, end, buf.length);
      const byte = buf[end];
      if (byte === QUOTE) return end;
      if (byte === undefined) throw this.wrong('string');
      end += byte === BACKSLASH ? 2 : 1;
    }
  }

  // Syntax

  /** Skips white space. @returns the byte after it; undefined at the end, which equals none */
  private space(): number {
    const byte = this.buf[this.pos]!;
    return byte > 0x20 ? byte : this.skipSpace();
  }

  private skipSpace(): number {
    const { buf } = this;
    let byte = buf[this.pos]!;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = buf[++this.pos]!;
    return byte;
  }

  /** Goes to the next key where it follows at once, as compact JSON has it. */
  private nextKey(): boolean {
    const { buf, pos } = this;
    if (this.first || buf[pos] !== COMMA || buf[pos + 1] !== QUOTE) return false;
    this.pos = pos + 1;
    return true;
  }

  /** Whether the object has a next member; its key comes next. */
  private member(): boolean {
    const byte = this.space();
    if (byte === CLOSE_OBJECT) {
      if (this.strict) this.seen.pop();
      return this.close();
    }
    this.separator(byte, "',' or '}'");
    if (this.space() !== QUOTE) throw this.syntax('a key in quotes');
    return true;
  }

  private separator(byte: number, expected: string): void {
    if (this.first) {
      this.first = false;
      return;
    }
    if (byte !== COMMA) throw this.syntax(expected);
    this.pos++;
    // A closing bracket after a comma fails where a value or a key is read.
  }

  private close(): false {
    this.pos++;
    this.first = false;
    this.depth--;
    return false;
  }

  private colon(): void {
    if (this.space() !== COLON) throw this.syntax("':'");
    this.pos++;
  }

  private literal(text: string): void {
    const { buf, pos } = this;
    for (let i = 0; i < text.length; i++) {
      if (buf[pos + i] !== text.charCodeAt(i)) throw this.wrong('value');
    }
    this.pos = pos + text.length;
  }

  // Keys

  /** Takes a string that may be one of the keys. @returns its number, or 0 */
  private matchKey(names: NameTable): number {
    const key = this.findName(names);
    return key === undefined ? (names.numbers.get(this.string()) ?? 0) : key.number;
  }

  /** Takes the string that comes next if it is one of the names, written without escapes. */
  private findName(names: NameTable): NumberedName | undefined {
    const { list, hint } = names;
    // They come in a steady order as a rule: the one after the last is tried first.
    const expected = list[hint];
    if (expected !== undefined && this.isName(expected)) return this.takeName(names, hint);
    const { slots } = names;
    const { buf } = this;
    let hash = 0;
    for (let at = this.pos + 1, byte = buf[at]; byte !== QUOTE; byte = buf[++at]) {
      if (byte === undefined || byte === BACKSLASH) return undefined;
      hash = nextHash(hash, byte);
    }
    for (
      let index = slots[hash & (slots.length - 1)]!;
      index >= 0;
      index = slots[++hash & (slots.length - 1)]!
    ) {
      if (this.isName(list[index]!)) return this.takeName(names, index);
    }
    return undefined;
  }

  private takeName(names: NameTable, index: number): NumberedName {
    const name = names.list[index]!;
    names.hint = index + 1;
    this.pos += name.bytes.length + 2;
    return name;
  }

  private isName({ bytes }: NumberedName): boolean {
    const { buf } = this;
    const start = this.pos + 1;
    const { length } = bytes;
    if (buf[start + length] !== QUOTE || buf[start] !== bytes[0]) return false;
    for (let i = 1; i < length; i++) if (buf[start + i] !== bytes[i]) return false;
    return true;
  }

  private keyAt(start: number): string {
    const { pos } = this;
    this.pos = start;
    const key = this.string();
    this.pos = pos;
    return key;
  }

  private once(key: string | number, start: number): void {
    const seen = this.seen.at(-1)!;
    if (!seen.has(key)) {
      seen.add(key);
      return;
    }
    const text = this.keyAt(start);
    this.pos = start;
    throw this.error(`duplicate key "${text}"`);
  }

  // Errors

  private unknownField(start: number): DecodeError {
    const key = this.keyAt(start);
    this.pos = start;
    return this.error(`unknown field "${key}"`);
  }

  private wrongKey(expected: string, key: string, start: number): DecodeError {
    this.pos = start;
    return this.error(`expected a key of kind ${expected}, got "${key}"`);
  }

  private syntax(expected: string): DecodeError {
    return this.error(`expected ${expected}, got ${this.shown()} at byte ${this.pos}`);
  }

  /** The value that comes next is not what the field holds. */
  wrong(expected: string): DecodeError {
    return this.error(`expected ${expected}, got ${this.shown()}`);
  }

  error(text: string): DecodeError {
    const path = jsonPath(this.buf, this.pos);
    return new DecodeError(path === '' ? text : `${path}: ${text}`);
  }

  /** The value that comes next, cut short. */
  private shown(): string {
    const { buf, pos } = this;
    const first = buf[pos];
    if (first === undefined) return 'the end';
    if (first === OPEN_OBJECT) return 'an object';
    if (first === OPEN_LIST) return 'a list';
    let end = pos + 1;
    if (first === QUOTE) {
      while (end < buf.length && buf[end] !== QUOTE) end += buf[end] === BACKSLASH ? 2 : 1;
      end++;
    } else while (end < buf.length && !isDelimiter(buf[end]!)) end++;
    const text = readUtf8Lenient(buf, pos, Math.min(end, pos + MAX_SHOWN, buf.length));
    return end - pos > MAX_SHOWN ? `${text}…` : text;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isNumberByte(byte: number): boolean {
  return isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e || (byte | 0x20) === 0x65;
}

function isDelimiter(byte: number): boolean {
  return byte <= 0x20 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === COLON;
}
