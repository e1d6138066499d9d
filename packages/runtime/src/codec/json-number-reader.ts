import { fromDecimal } from './float.ts';
import { fromBillions, fromInteger, toSafeNumber } from './int64.ts';
import { MAX_FLOAT, MAX_INT32, MAX_INT64, MAX_UINT32, MAX_UINT64, MIN_INT32, MIN_INT64 } from './limits.ts';
import { isJsonNumber, parseInteger } from './json-number.ts';
import { JsonTextReader } from './json-text-reader.ts';
import { readAscii } from './utf8.ts';

const QUOTE = 0x22;
/** An int64 is surely less than so many times 1e9. */
const MAX_BILLIONS = 9_223_372_036;
/** A 64-bit integer as it is mostly written. */
const DIGITS = /^-?[1-9]\d{0,19}$/;

/** Reads numbers, bare or in quotes: ProtoJSON takes both. */
export class JsonNumberReader extends JsonTextReader {
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

  protected float64(expected: string, max: number): number {
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

  protected digits(start: number, end: number): number {
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
  protected numberText(expected: string): string {
    const { buf, pos } = this;
    let end = pos;
    // A superset of what a number is made of; isJsonNumber decides.
    while (isNumberByte(buf[end]!)) end++;
    const text = readAscii(buf, pos, end);
    if (!isJsonNumber(text)) throw this.wrong(expected);
    this.pos = end;
    return text;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isNumberByte(byte: number): boolean {
  return isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e || (byte | 0x20) === 0x65;
}
