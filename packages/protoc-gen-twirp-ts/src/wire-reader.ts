/** How a message is read: what it is while nothing was set, and what each field, by its number, does to it. */
export interface Shape<T> {
  readonly empty: () => T;
  readonly fields: Readonly<Record<number, (message: Mutable<T>, reader: WireReader) => unknown>>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/**
 * Reads protobuf's binary format as far as descriptors use it. The plugin does not take the runtime's reader: what is
 * generated is part of the runtime, and must not be needed to generate it. Every method throws where bytes are no
 * message of the shape.
 */
export class WireReader {
  private readonly bytes: Buffer;
  private pos = 0;
  /** Where the message that is being read ends. */
  private end: number;
  private wireType = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Reads all there is. */
  all<T>(shape: Shape<T>): T {
    const message = shape.empty();
    while (this.pos < this.end) {
      const tag = this.varint();
      this.wireType = tag & 7;
      const field = shape.fields[tag >>> 3];
      if (field === undefined) this.skip();
      else field(message as Mutable<T>, this);
    }
    return message;
  }

  /** A nested message. */
  message<T>(shape: Shape<T>): T {
    const outer = this.end;
    this.end = this.delimited();
    const message = this.all(shape);
    this.end = outer;
    return message;
  }

  string(): string {
    const end = this.delimited();
    return this.bytes.toString('utf8', this.pos, (this.pos = end));
  }

  /** The bytes of a field, not copied. */
  raw(): Uint8Array {
    const end = this.delimited();
    return this.bytes.subarray(this.pos, (this.pos = end));
  }

  int32(): number {
    if (this.wireType !== VARINT) throw unexpected(this.wireType);
    return this.varint() | 0;
  }

  bool(): boolean {
    return this.int32() !== 0;
  }

  /** Adds to a list of small numbers, which may come packed. */
  int32s(list: number[]): void {
    if (this.wireType === VARINT) {
      list.push(this.int32());
      return;
    }
    for (const end = this.delimited(); this.pos < end;) list.push(this.varint() | 0);
  }

  /** Passes over a field. */
  skip(): void {
    switch (this.wireType) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.pos = this.within(this.pos + 8);
        return;
      case DELIMITED:
        this.pos = this.delimited();
        return;
      case FIXED32:
        this.pos = this.within(this.pos + 4);
        return;
      default:
        throw unexpected(this.wireType);
    }
  }

  /** Where the field that comes next ends. */
  private delimited(): number {
    if (this.wireType !== DELIMITED) throw unexpected(this.wireType);
    const length = this.varint();
    return this.within(this.pos + length);
  }

  private within(end: number): number {
    if (end > this.end) throw new Error('truncated: a field ends beyond its message');
    return end;
  }

  /** The low 32 bits of a number, unsigned. */
  private varint(): number {
    const { bytes } = this;
    const first = bytes[this.pos]!;
    if (first < 0x80 && this.pos < this.end) {
      this.pos++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.end) throw new Error('truncated: a number ends beyond its message');
      const byte = bytes[this.pos++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error('a number longer than 10 bytes');
  }
}

function unexpected(wireType: number): Error {
  return new Error(`unexpected wire type ${wireType}`);
}
