import { EncodeError, missingField } from './errors.ts';
import { OutputBuffer } from './output-buffer.ts';
import { toInt64, toUint64, type Int64Like } from './int64.ts';
import { writeUtf8 } from './utf8.ts';

/** Below this many UTF-16 units a loop beats the native call (bench/codec). */
const SHORT_TEXT = 24;

const words = new Uint32Array(2);
const word64 = new BigInt64Array(words.buffer);
const numbers = new DataView(new ArrayBuffer(8));

/**
 * Writes protobuf's binary format. `tag` is the whole tag, `field number << 3 | wire type`.
 * Lengths come before what they measure, so a byte is left for them and filled in by `end`.
 */
export class BinaryWriter extends OutputBuffer {
  int32(tag: number, value: number): void {
    if ((value | 0) !== value) throw wrongValue(tag, 'int32', value);
    this.reserve(15);
    this.varint(tag);
    this.signed(value);
  }

  uint32(tag: number, value: number): void {
    if (value >>> 0 !== value) throw wrongValue(tag, 'uint32', value);
    this.reserve(10);
    this.varint(tag);
    this.varint(value);
  }

  sint32(tag: number, value: number): void {
    if ((value | 0) !== value) throw wrongValue(tag, 'sint32', value);
    this.reserve(10);
    this.varint(tag);
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(tag: number, value: boolean): void {
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
    if (value >>> 0 !== value) throw wrongValue(tag, 'fixed32', value);
    this.reserve(9);
    this.varint(tag);
    this.word(value);
  }

  sfixed32(tag: number, value: number): void {
    if ((value | 0) !== value) throw wrongValue(tag, 'sfixed32', value);
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
    if (typeof value !== 'number') throw wrongValue(tag, 'float', value);
    this.reserve(9);
    this.varint(tag);
    numbers.setFloat32(0, value, true);
    this.word(numbers.getUint32(0, true));
  }

  double(tag: number, value: number): void {
    if (typeof value !== 'number') throw wrongValue(tag, 'double', value);
    this.reserve(13);
    this.varint(tag);
    this.float64(value);
  }

  string(tag: number, value: string): void {
    if (typeof value !== 'string') throw wrongValue(tag, 'string', value);
    const length = value.length;
    this.reserve(10 + length * 3);
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
    if (!(value instanceof Uint8Array)) throw wrongValue(tag, 'bytes', value);
    this.reserve(10 + value.length);
    this.varint(tag);
    this.varint(value.length);
    this.buf.set(value, this.pos);
    this.pos += value.length;
  }

  packedInt32(tag: number, values: readonly number[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 10);
    for (const value of values) {
      if ((value | 0) !== value) throw wrongValue(tag, 'int32', value);
      this.signed(value);
    }
    this.end(mark);
  }

  packedUint32(tag: number, values: readonly number[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 5);
    for (const value of values) {
      if (value >>> 0 !== value) throw wrongValue(tag, 'uint32', value);
      this.varint(value);
    }
    this.end(mark);
  }

  packedSint32(tag: number, values: readonly number[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length * 5);
    for (const value of values) {
      if ((value | 0) !== value) throw wrongValue(tag, 'sint32', value);
      this.varint(((value << 1) ^ (value >> 31)) >>> 0);
    }
    this.end(mark);
  }

  packedBool(tag: number, values: readonly boolean[]): void {
    const mark = this.begin(tag);
    this.reserve(values.length);
    for (const value of values) this.buf[this.pos++] = value ? 1 : 0;
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
      if (value >>> 0 !== value) throw wrongValue(tag, 'fixed32', value);
      this.word(value);
    }
  }

  packedSfixed32(tag: number, values: readonly number[]): void {
    this.reserve(10 + values.length * 4);
    this.varint(tag);
    this.varint(values.length * 4);
    for (const value of values) {
      if ((value | 0) !== value) throw wrongValue(tag, 'sfixed32', value);
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
    for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true);
    this.pos += values.length * 4;
  }

  packedDouble(tag: number, values: readonly number[]): void {
    this.reserve(10 + values.length * 8);
    this.varint(tag);
    this.varint(values.length * 8);
    const view = new DataView(this.buf.buffer, this.pos);
    for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i]!, true);
    this.pos += values.length * 8;
  }

  /** Starts something with a length in front: a message, a map entry, a packed list. */
  begin(tag: number): number {
    this.reserve(10);
    this.varint(tag);
    return this.mark();
  }

  /** Ends what `begin` started. */
  end(mark: number): void {
    const from = this.start + mark;
    const length = this.pos - from;
    if (length < 0x80) {
      this.buf[from - 1] = length;
      return;
    }
    // The length needs more than the one byte left for it.
    const extra = length < 0x4000 ? 1 : length < 0x200000 ? 2 : length < 0x10000000 ? 3 : 4;
    this.reserve(extra);
    const at = this.start + mark;
    this.buf.copyWithin(at + extra, at, this.pos);
    const end = this.pos + extra;
    this.pos = at - 1;
    this.varint(length);
    this.pos = end;
  }

  /** A bare tag: the start or the end of a group. */
  tag(tag: number): void {
    this.reserve(5);
    this.varint(tag);
  }

  /** A required message that is not there: it has no default that could be written. */
  missing(name: string): never {
    throw missingField(name);
  }

  /** Fields kept as they came. */
  unknown(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      this.reserve(chunk.length);
      this.buf.set(chunk, this.pos);
      this.pos += chunk.length;
    }
  }

  private mark(): number {
    return ++this.pos - this.start;
  }

  private varint(value: number): void {
    const { buf } = this;
    while (value > 0x7f) {
      buf[this.pos++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    buf[this.pos++] = value;
  }

  /** An int32 or enum: negative values are sign-extended to 64 bits. */
  private signed(value: number): void {
    if (value >= 0) this.varint(value);
    else this.varint64(value >>> 0, 0xffffffff);
  }

  private varint64(low: number, high: number): void {
    const { buf } = this;
    while (high !== 0) {
      buf[this.pos++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.varint(low);
  }

  private zigzag64(value: Int64Like): void {
    const signed = toInt64(value);
    word64[0] = (signed << 1n) ^ (signed >> 63n);
    this.varint64(words[0]!, words[1]!);
  }

  private word(value: number): void {
    const { buf, pos } = this;
    buf[pos] = value;
    buf[pos + 1] = value >>> 8;
    buf[pos + 2] = value >>> 16;
    buf[pos + 3] = value >>> 24;
    this.pos = pos + 4;
  }

  private float64(value: number): void {
    numbers.setFloat64(0, value, true);
    this.word(numbers.getUint32(0, true));
    this.word(numbers.getUint32(4, true));
  }
}

function wrongValue(tag: number, expected: string, value: unknown): EncodeError {
  return new EncodeError(`field ${tag >>> 3}: expected ${expected}, got ${String(value)}`);
}
