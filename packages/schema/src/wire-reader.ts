import { DescriptorError } from './descriptor-error.ts';

/** How a message is read: its value while no field was read, and what each field, by its number, does to it. */
export interface Shape<T> {
  readonly empty: () => T;
  readonly fields: Readonly<Record<number, (message: Mutable<T>, reader: WireReader) => unknown>>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Options of a reader. */
export interface ReaderOptions {
  /** How many messages may be read with `declared`; default no limit. */
  readonly maxDeclarations?: number;
  /** True where comments, extensions and the bytes of options are kept; default true. */
  readonly detail?: boolean;
  /** Keep options that may hold rules (`buf.validate`) where no other detail is kept. Default false. */
  readonly rules?: boolean;
  /** Keep comments where no other detail is kept. Default: as `detail`. */
  readonly comments?: boolean;
}

/** Bytes that are not a message of the expected shape. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const startGroup = 3;
const endGroup = 4;
const fixed32 = 5;

const noBytes: Uint8Array = new Uint8Array();

/** Messages inside messages, as many as protobuf's own implementations read. */
const maxDepth = 100;

/** The tag of the extensions `buf.validate.field`, `.message` and `.oneof`, number 1159. */
const rulesTag = [0xba, 0x48] as const;

function mayHaveRules(options: Uint8Array): boolean {
  const [first, second] = rulesTag;
  for (let at = options.indexOf(first); at >= 0; at = options.indexOf(first, at + 1)) {
    if (options[at + 1] === second) return true;
  }
  return false;
}

interface NativeText {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
}

/** Buffer's own conversion, which beats TextDecoder by far; browsers have none. */
const buffer = (globalThis as { Buffer?: { prototype: Partial<NativeText> } }).Buffer?.prototype;
const utf8Slice = buffer?.utf8Slice;
const decoder = new TextDecoder();

/**
 * Reads protobuf's binary format as far as descriptors use it. The runtime's reader is not used: what is generated is
 * part of the runtime, and must not be needed to generate it. Every method throws a WireError where bytes are not a
 * message of the shape.
 */
export class WireReader {
  /** True where comments, extensions and the bytes of options are kept. */
  readonly detail: boolean;
  readonly comments: boolean;
  readonly #rules: boolean;
  readonly #bytes: Uint8Array;
  readonly #maxDeclarations: number;
  #declarations = 0;
  #pos = 0;
  /** Where the message that is being read ends. */
  #end: number;
  #tag = 0;
  #depth = 0;

  constructor(
    bytes: Uint8Array,
    { maxDeclarations = Infinity, detail = true, comments = detail, rules = false }: ReaderOptions = {},
  ) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#maxDeclarations = maxDeclarations;
    this.detail = detail;
    this.comments = comments;
    this.#rules = rules;
  }

  /** Everything up to the end of the bytes, or of the message that is being read. */
  all<T>(shape: Shape<T>): T {
    const message = shape.empty();
    const { fields } = shape;
    while (this.#pos < this.#end) {
      this.#tag = this.#varint();
      const field = fields[this.#tag >>> 3];
      if (field === undefined) this.skip();
      else field(message as Mutable<T>, this);
    }
    return message;
  }

  /** A nested message. */
  message<T>(shape: Shape<T>): T {
    const outer = this.#end;
    this.#end = this.#delimited();
    this.#enter();
    const message = this.all(shape);
    this.#depth--;
    this.#end = outer;
    return message;
  }

  /** A nested message of which there may be only so many. */
  declared<T>(shape: Shape<T>): T {
    if (this.#declarations++ < this.#maxDeclarations) return this.message(shape);
    throw new DescriptorError(
      `the descriptor set declares more than ${this.#maxDeclarations} messages, fields, enums and methods: leave out files that the services do not import`,
    );
  }

  /** A nested message with its own bytes, which are empty where they are not kept. */
  withBytes<T extends { readonly bytes: Uint8Array }>(shape: Shape<T>): T {
    if (!this.detail && !this.#rules) return this.message(shape);
    const at = this.#pos;
    const end = this.#delimited();
    const all = this.#bytes.subarray(this.#pos, end);
    this.#pos = at;
    const message = this.message(shape);
    if (this.detail) return Object.assign(message, { bytes: all });
    // A copy: a view would keep the whole set.
    return mayHaveRules(all) ? Object.assign(message, { bytes: new Uint8Array(all) }) : message;
  }

  /** The place of what comes next. */
  get pos(): number {
    return this.#pos;
  }

  /** True at the end of the message that is being read. */
  get isAtEnd(): boolean {
    return this.#pos >= this.#end;
  }

  /** Reads a tag. @returns the number of the field, which is to be read or skipped */
  next(): number {
    this.#tag = this.#varint();
    return this.#tag >>> 3;
  }

  /** Goes into a nested message. @returns what `leave` takes */
  enter(): number {
    const outer = this.#end;
    this.#end = this.#delimited();
    return outer;
  }

  leave(outer: number): void {
    this.#end = outer;
  }

  /** Visits every field with its own bytes, tag included, and with what is after its length, if it has one. */
  eachField(visit: (number: number, field: Uint8Array, content: Uint8Array) => void): void {
    while (this.#pos < this.#end) {
      const start = this.#pos;
      const tag = (this.#tag = this.#varint());
      let content = noBytes;
      if ((tag & 7) === delimited) content = this.raw();
      else this.skip();
      visit(tag >>> 3, this.#bytes.subarray(start, this.#pos), content);
    }
  }

  string(): string {
    const end = this.#delimited();
    const start = this.#pos;
    this.#pos = end;
    return utf8Slice === undefined
      ? decoder.decode(this.#bytes.subarray(start, end))
      : utf8Slice.call(this.#bytes, start, end);
  }

  /** The bytes of a field, not copied. */
  raw(): Uint8Array {
    const end = this.#delimited();
    return this.#bytes.subarray(this.#pos, (this.#pos = end));
  }

  int32(): number {
    if ((this.#tag & 7) !== varint) throw unexpected(this.#tag);
    return this.#varint() | 0;
  }

  bool(): boolean {
    return this.int32() !== 0;
  }

  /** Adds to a list of small numbers, which may come packed. */
  int32s(list: number[]): void {
    if ((this.#tag & 7) === varint) {
      list.push(this.int32());
      return;
    }
    for (const end = this.#delimited(); this.#pos < end;) list.push(this.#varint() | 0);
  }

  /** Passes over a field. */
  skip(): void {
    switch (this.#tag & 7) {
      case varint:
        this.#varint();
        return;
      case fixed64:
        this.#pos = this.#within(this.#pos + 8);
        return;
      case delimited:
        this.#pos = this.#delimited();
        return;
      case fixed32:
        this.#pos = this.#within(this.#pos + 4);
        return;
      case startGroup:
        this.#skipGroup(this.#tag >>> 3);
        return;
      default:
        throw unexpected(this.#tag);
    }
  }

  #skipGroup(number: number): void {
    this.#enter();
    for (;;) {
      this.#tag = this.#varint();
      if ((this.#tag & 7) !== endGroup) this.skip();
      else if (this.#tag >>> 3 === number) break;
      else throw new WireError('the end of a group that was not started');
    }
    this.#depth--;
  }

  #enter(): void {
    if (++this.#depth > maxDepth) throw new WireError(`nested deeper than ${maxDepth} levels`);
  }

  /** Where the field that comes next ends. */
  #delimited(): number {
    if ((this.#tag & 7) !== delimited) throw unexpected(this.#tag);
    const length = this.#varint();
    return this.#within(this.#pos + length);
  }

  #within(end: number): number {
    if (end > this.#end) throw new WireError('truncated: a field ends beyond its message');
    return end;
  }

  /** The low 32 bits of a number, unsigned. */
  #varint(): number {
    const bytes = this.#bytes;
    const first = bytes[this.#pos]!;
    if (first < 0x80 && this.#pos < this.#end) {
      this.#pos++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#pos >= this.#end) throw new WireError('truncated: a number ends beyond its message');
      const byte = bytes[this.#pos++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new WireError('a number longer than 10 bytes');
  }
}

function unexpected(tag: number): WireError {
  return new WireError(`unexpected wire type ${tag & 7} of field ${tag >>> 3}`);
}
