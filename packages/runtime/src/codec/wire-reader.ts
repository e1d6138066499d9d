import { DecodeError } from './errors.ts';
import { toSafeNumber } from './int64.ts';
import { readUtf8, readUtf8Lenient } from './utf8.ts';

const words = new Uint32Array(2);
const signed64 = new BigInt64Array(words.buffer);
const unsigned64 = new BigUint64Array(words.buffer);

/**
 * Reads what all of protobuf's binary format is made of. Every read checks that it stays inside the bytes, and
 * lengths are checked before anything is allocated for them.
 */
export class WireReader {
  buf: Uint8Array;
  /** Where the bytes end. */
  end: number;
  pos: number;
  /** True where bytes fields are views of these bytes. */
  protected shareBytes = false;
  private view: DataView | undefined;

  constructor(buf: Uint8Array) {
    this.buf = buf;
    this.end = buf.length;
    this.pos = 0;
    this.view = undefined;
  }

  /** Starts anew on other bytes. */
  protected reset(buf: Uint8Array): void {
    this.buf = buf;
    this.end = buf.length;
    this.pos = 0;
    this.view = undefined;
  }

  /** The next tag, `field number << 3 | wire type`. */
  tag(): number {
    const { buf, pos } = this;
    const first = buf[pos]!;
    if (first < 0x80) {
      this.pos = pos + 1;
      return first;
    }
    const second = buf[pos + 1]!;
    if (second < 0x80) {
      this.pos = pos + 2;
      return (first & 0x7f) | (second << 7);
    }
    return this.longTag();
  }

  private longTag(): number {
    this.varint64();
    if (words[1] !== 0) throw new DecodeError('invalid tag: field number too large');
    return words[0]!;
  }

  uint32(): number {
    const { buf } = this;
    let { pos } = this;
    // Beyond the end a byte is undefined, which is less than nothing: the long way finds out and throws.
    let byte = buf[pos++]!;
    let value = byte & 0x7f;
    if (byte >= 0x80) {
      value |= ((byte = buf[pos++]!) & 0x7f) << 7;
      if (byte >= 0x80) {
        value |= ((byte = buf[pos++]!) & 0x7f) << 14;
        if (byte >= 0x80) {
          value |= ((byte = buf[pos++]!) & 0x7f) << 21;
          if (byte >= 0x80) value |= (byte = buf[pos++]!) << 28;
        }
      }
    }
    if (byte < 0x80) {
      this.pos = pos;
      return value >>> 0;
    }
    this.varint64();
    return words[0]!;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    const first = this.buf[this.pos]!;
    if (first < 0x80) {
      this.pos++;
      return first !== 0;
    }
    this.varint64();
    return words[0] !== 0 || words[1] !== 0;
  }

  int64(): bigint {
    const first = this.buf[this.pos]!;
    if (first < 0x80) {
      this.pos++;
      words[0] = first;
      words[1] = 0;
      return signed64[0]!;
    }
    this.varint64();
    return signed64[0]!;
  }

  uint64(): bigint {
    const first = this.buf[this.pos]!;
    if (first < 0x80) {
      this.pos++;
      words[0] = first;
      words[1] = 0;
      return unsigned64[0]!;
    }
    this.varint64();
    return unsigned64[0]!;
  }

  sint64(): bigint {
    const value = this.uint64();
    return (value >> 1n) ^ -(value & 1n);
  }

  fixed32(): number {
    return this.skipTo(4).getUint32(this.pos - 4, true);
  }

  sfixed32(): number {
    return this.skipTo(4).getInt32(this.pos - 4, true);
  }

  fixed64(): bigint {
    return this.skipTo(8).getBigUint64(this.pos - 8, true);
  }

  sfixed64(): bigint {
    return this.skipTo(8).getBigInt64(this.pos - 8, true);
  }

  float(): number {
    return this.skipTo(4).getFloat32(this.pos - 4, true);
  }

  double(): number {
    return this.skipTo(8).getFloat64(this.pos - 8, true);
  }

  int64String(): string {
    return String(this.int64());
  }

  uint64String(): string {
    return String(this.uint64());
  }

  sint64String(): string {
    return String(this.sint64());
  }

  fixed64String(): string {
    return String(this.fixed64());
  }

  sfixed64String(): string {
    return String(this.sfixed64());
  }

  int64Number(): number {
    return toSafeNumber(this.int64());
  }

  uint64Number(): number {
    return toSafeNumber(this.uint64());
  }

  sint64Number(): number {
    return toSafeNumber(this.sint64());
  }

  fixed64Number(): number {
    return toSafeNumber(this.fixed64());
  }

  sfixed64Number(): number {
    return toSafeNumber(this.sfixed64());
  }

  /** A string that must be valid UTF-8, as proto3 demands. */
  string(): string {
    const end = this.length();
    const text = readUtf8(this.buf, this.pos, end);
    if (text === undefined) throw new DecodeError('string is not valid UTF-8');
    this.pos = end;
    return text;
  }

  /** A string of a field without UTF-8 validation (proto2, `utf8_validation = NONE`): invalid bytes become U+FFFD. */
  uncheckedString(): string {
    const end = this.length();
    const text = readUtf8(this.buf, this.pos, end) ?? readUtf8Lenient(this.buf, this.pos, end);
    this.pos = end;
    return text;
  }

  /** A copy, unless the bytes are shared: the message must not change when its input does. */
  bytes(): Uint8Array {
    const end = this.length();
    const { buf, pos } = this;
    this.pos = end;
    return this.shareBytes
      ? new Uint8Array(buf.buffer, buf.byteOffset + pos, end - pos)
      : this.copy(pos, end);
  }

  /** Reads a length and checks it against the bytes there are. */
  protected length(): number {
    let length = this.buf[this.pos]!;
    if (length < 0x80) this.pos++;
    else {
      this.varint64();
      if (words[1] !== 0) throw truncated();
      length = words[0]!;
    }
    const end = this.pos + length;
    if (end > this.end) throw truncated();
    return end;
  }

  protected skipTo(size: number): DataView {
    this.pos += size;
    if (this.pos > this.end) throw truncated();
    return (this.view ??= new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength));
  }

  private copy(start: number, end: number): Uint8Array {
    const copy = new Uint8Array(end - start);
    copy.set(this.buf.subarray(start, end));
    return copy;
  }

  /** Leaves the 64 bits in `words`, low ones first. */
  protected varint64(): void {
    const { buf } = this;
    let { pos } = this;
    // Four bytes give 28 bits, four more 28, the last two the rest.
    let low = 0;
    let middle = 0;
    let high = 0;
    let byte = 0x80;
    for (let shift = 0; shift < 28 && byte >= 0x80; shift += 7) low |= ((byte = buf[pos++]!) & 0x7f) << shift;
    for (let shift = 0; shift < 28 && byte >= 0x80; shift += 7)
      middle |= ((byte = buf[pos++]!) & 0x7f) << shift;
    for (let shift = 0; shift < 14 && byte >= 0x80; shift += 7)
      high |= ((byte = buf[pos++]!) & 0x7f) << shift;
    if (!(byte < 0x80)) throw pos > this.end ? truncated() : new DecodeError('varint longer than 10 bytes');
    this.pos = pos;
    words[0] = low | (middle << 28);
    words[1] = (middle >>> 4) | (high << 24);
  }
}

export function truncated(): DecodeError {
  return new DecodeError('truncated: a field ends beyond its message');
}
