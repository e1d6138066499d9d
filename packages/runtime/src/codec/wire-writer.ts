import { type Int64Like, toInt64 } from './int64.ts';
import { OutputBuffer } from './output-buffer.ts';
import { missingField } from './wrong-value.ts';

const words = new Uint32Array(2);
const word64 = new BigInt64Array(words.buffer);

/**
 * Writes what all of protobuf's binary format is made of: varints, words, tags and lengths.
 * Lengths come before what they measure, so a byte is left for them and filled in by `end`.
 */
export class WireWriter extends OutputBuffer {
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

  /** A required field that is not there. */
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

  protected mark(): number {
    return ++this.pos - this.start;
  }

  protected varint(value: number): void {
    const { buf } = this;
    while (value > 0x7f) {
      buf[this.pos++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    buf[this.pos++] = value;
  }

  /** An int32 or enum: negative values are sign-extended to 64 bits. */
  protected signed(value: number): void {
    if (value >= 0) this.varint(value);
    else this.varint64(value >>> 0, 0xffffffff);
  }

  protected varint64(low: number, high: number): void {
    const { buf } = this;
    while (high !== 0) {
      buf[this.pos++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.varint(low);
  }

  protected zigzag64(value: Int64Like): void {
    const signed = toInt64(value);
    word64[0] = (signed << 1n) ^ (signed >> 63n);
    this.varint64(words[0]!, words[1]!);
  }

  protected word(value: number): void {
    const { buf, pos } = this;
    buf[pos] = value;
    buf[pos + 1] = value >>> 8;
    buf[pos + 2] = value >>> 16;
    buf[pos + 3] = value >>> 24;
    this.pos = pos + 4;
  }
}
