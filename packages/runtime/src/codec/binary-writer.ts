import { type Int64Like, toInt64, toUint64 } from './int64.ts';
import { MAX_FLOAT } from './limits.ts';
import { utf8Room, writeUtf8 } from './utf8.ts';
import { entries, isBytes, isFloat } from './valid.ts';
import { WireWriter } from './wire-writer.ts';
import { wrongValue } from './wrong-value.ts';

/** Below this many UTF-16 units a loop beats the native call (bench/codec). */
const SHORT_TEXT = 24;

const words = new Uint32Array(2);
const word64 = new BigInt64Array(words.buffer);
const numbers = new DataView(new ArrayBuffer(8));

/** Writes fields in protobuf's binary format. `tag` is the whole tag, `field number << 3 | wire type`. */
export class BinaryWriter extends WireWriter {
  int32(tag: number, value: number): void {
    if ((value | 0) !== value) throw wrongValue('int32', value);
    this.reserve(15);
    this.varint(tag);
    this.signed(value);
  }

  uint32(tag: number, value: number): void {
    if (value >>> 0 !== value) throw wrongValue('uint32', value);
    this.reserve(10);
    this.varint(tag);
    this.varint(value);
  }

  sint32(tag: number, value: number): void {
    if ((value | 0) !== value) throw wrongValue('int32', value);
    this.reserve(10);
    this.varint(tag);
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(tag: number, value: boolean): void {
    if (typeof value !== 'boolean') throw wrongValue('bool', value);
    this.reserve(6);
    this.varint(tag);
    this.buf[this.pos++] = value ? 1 : 0;
  }

  int64(tag: number, value: Int64Like): void {
    this.reserve(15);
    this.varint(tag);
    word64[0] = toInt64(value);
    this.varint64(words[0]!, words[1]!);
  }

  uint64(tag: number, value: Int64Like): void {
    this.reserve(15);
    this.varint(tag);
    word64[0] = toUint64(value);
    this.varint64(words[0]!, words[1]!);
  }

  sint64(tag: number, value: Int64Like): void {
    this.reserve(15);
    this.varint(tag);
    this.zigzag64(value);
  }

  fixed32(tag: number, value: number): void {
    if (value >>> 0 !== value) throw wrongValue('uint32', value);
    this.reserve(9);
    this.varint(tag);
    this.word(value);
  }

  sfixed32(tag: number, value: number): void {
    if ((value | 0) !== value) throw wrongValue('int32', value);
    this.reserve(9);
    this.varint(tag);
    this.word(value);
  }

  fixed64(tag: number, value: Int64Like): void {
    this.reserve(13);
    this.varint(tag);
    word64[0] = toUint64(value);
    this.word(words[0]!);
    this.word(words[1]!);
  }

  sfixed64(tag: number, value: Int64Like): void {
    this.reserve(13);
    this.varint(tag);
    word64[0] = toInt64(value);
    this.word(words[0]!);
    this.word(words[1]!);
  }

  float(tag: number, value: number): void {
    if (!(Math.abs(value) <= MAX_FLOAT && typeof value === 'number')) this.oddFloat(value);
    this.reserve(9);
    this.varint(tag);
    numbers.setFloat32(0, value, true);
    this.word(numbers.getUint32(0, true));
  }

  double(tag: number, value: number): void {
    if (typeof value !== 'number') throw wrongValue('double', value);
    this.reserve(13);
    this.varint(tag);
    this.float64(value);
  }

  string(tag: number, value: string): void {
    if (typeof value !== 'string') throw wrongValue('string', value);
    const length = value.length;
    this.reserve(10 + utf8Room(value));
    this.varint(tag);
    if (length <= SHORT_TEXT) {
      const { buf } = this;
      let at = this.pos + 1;
      let i = 0;
      for (; i < length; i++) {
        const unit = value.charCodeAt(i);
        if (unit >= 0x80) break;
        buf[at++] = unit;
      }
      if (i === length) {
        buf[this.pos] = length;
        this.pos = at;
        return;
      }
    }
    const mark = this.mark();
    this.pos += writeUtf8(value, this.buf, this.pos);
    this.end(mark);
  }

  bytes(tag: number, value: Uint8Array): void {
    if (!isBytes(value)) throw wrongValue('bytes', value);
    this.reserve(10 + value.length);
    this.varint(tag);
    this.varint(value.length);
    this.buf.set(value, this.pos);
    this.pos += value.length;
  }

  /** A bytes field that is written only when it holds something. */
  bytesField(tag: number, value: Uint8Array | null | undefined): void {
    if (value === undefined || value === null) return;
    if (!isBytes(value)) throw wrongValue('bytes', value);
    if (value.length > 0) this.bytes(tag, value);
  }

  /** Reports whether a list field holds anything to write. */
  hasItems<T>(list: readonly T[] | null | undefined): list is readonly T[] {
    if (Array.isArray(list)) return list.length > 0;
    if (list === undefined || list === null) return false;
    throw wrongValue('a list', list);
  }

  /** Reports whether a map field holds anything to write. */
  hasEntries<T extends object>(map: T | null | undefined): map is T {
    if (map === undefined || map === null) return false;
    entries(map);
    return true;
  }

  packedInt32(tag: number, values: readonly number[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 10);
    for (const value of values) {
      if ((value | 0) !== value) throw wrongValue('int32', value);
      this.signed(value);
    }
    this.end(mark);
  }

  packedUint32(tag: number, values: readonly number[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 5);
    for (const value of values) {
      if (value >>> 0 !== value) throw wrongValue('uint32', value);
      this.varint(value);
    }
    this.end(mark);
  }

  packedSint32(tag: number, values: readonly number[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 5);
    for (const value of values) {
      if ((value | 0) !== value) throw wrongValue('int32', value);
      this.varint(((value << 1) ^ (value >> 31)) >>> 0);
    }
    this.end(mark);
  }

  packedBool(tag: number, values: readonly boolean[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length);
    for (const value of values) {
      if (typeof value !== 'boolean') throw wrongValue('bool', value);
      this.buf[this.pos++] = value ? 1 : 0;
    }
    this.end(mark);
  }

  packedInt64(tag: number, values: readonly Int64Like[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 10);
    for (const value of values) {
      word64[0] = toInt64(value);
      this.varint64(words[0]!, words[1]!);
    }
    this.end(mark);
  }

  packedUint64(tag: number, values: readonly Int64Like[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 10);
    for (const value of values) {
      word64[0] = toUint64(value);
      this.varint64(words[0]!, words[1]!);
    }
    this.end(mark);
  }

  packedSint64(tag: number, values: readonly Int64Like[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 10);
    for (const value of values) this.zigzag64(value);
    this.end(mark);
  }

  packedFixed32(tag: number, values: readonly number[]): void {
    this.reserve(10 + values.length * 4);
    this.varint(tag);
    this.varint(values.length * 4);
    for (const value of values) {
      if (value >>> 0 !== value) throw wrongValue('uint32', value);
      this.word(value);
    }
  }

  packedSfixed32(tag: number, values: readonly number[]): void {
    this.reserve(10 + values.length * 4);
    this.varint(tag);
    this.varint(values.length * 4);
    for (const value of values) {
      if ((value | 0) !== value) throw wrongValue('int32', value);
      this.word(value);
    }
  }

  packedFixed64(tag: number, values: readonly Int64Like[]): void {
    this.reserve(10 + values.length * 8);
    this.varint(tag);
    this.varint(values.length * 8);
    for (const value of values) {
      word64[0] = toUint64(value);
      this.word(words[0]!);
      this.word(words[1]!);
    }
  }

  packedSfixed64(tag: number, values: readonly Int64Like[]): void {
    this.reserve(10 + values.length * 8);
    this.varint(tag);
    this.varint(values.length * 8);
    for (const value of values) {
      word64[0] = toInt64(value);
      this.word(words[0]!);
      this.word(words[1]!);
    }
  }

  packedFloat(tag: number, values: readonly number[]): void {
    this.reserve(10 + values.length * 4);
    this.varint(tag);
    this.varint(values.length * 4);
    const view = new DataView(this.buf.buffer, this.pos);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!(Math.abs(value) <= MAX_FLOAT && typeof value === 'number')) this.oddFloat(value);
      view.setFloat32(i * 4, value, true);
    }
    this.pos += values.length * 4;
  }

  packedDouble(tag: number, values: readonly number[]): void {
    this.reserve(10 + values.length * 8);
    this.varint(tag);
    this.varint(values.length * 8);
    const view = new DataView(this.buf.buffer, this.pos);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (typeof value !== 'number') throw wrongValue('double', value);
      view.setFloat64(i * 8, value, true);
    }
    this.pos += values.length * 8;
  }

  /** Numbers outside the range of floats: infinities and NaN are floats too. */
  private oddFloat(value: number): void {
    if (!isFloat(value)) throw wrongValue('float', value);
  }

  private float64(value: number): void {
    numbers.setFloat64(0, value, true);
    this.word(numbers.getUint32(0, true));
    this.word(numbers.getUint32(4, true));
  }
}
