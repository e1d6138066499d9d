import type { EnumType } from './enum-type.ts';
import { type DecodeError, tooManyMessages } from './errors.ts';
import {
  MAX_DEPTH,
  MAX_INT32,
  MAX_INT64,
  MAX_UINT32,
  MAX_UINT64,
  MESSAGE_LIMIT,
  MIN_INT32,
  MIN_INT64,
} from './limits.ts';
import type { JsonFields } from './json-fields.ts';
import { parseInteger } from './json-number.ts';
import { jsonPath } from './json-path.ts';
import { JsonNumberReader } from './json-number-reader.ts';
import type { NameTable } from './name-table.ts';
import type { FromJsonOptions, TypeRegistry } from './options.ts';
import type { Unknown } from './unknown.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The member of an Any that says what the others are. */
const TYPE = '@type';

/** An integer of 32 bits as it is mostly written. */
const SMALL = /^(?:0|-?[1-9]\d{0,8})$/;

/**
 * Reads ProtoJSON straight from bytes. JSON.parse would lose the digits of 64-bit numbers, duplicate keys and
 * the place of an error (and JSON.parse with checks after it is no faster: bench/codec).
 *
 * Generated code drives it: `beginObject`, then `field` until it answers 0, one value after each.
 */
export class JsonReader extends JsonNumberReader {
  private readonly strict: boolean;
  /** Nothing of the object or list being read has been seen yet. */
  private first: boolean;
  private depth: number;
  private readonly limit: number;
  /** How many more messages and map entries there may be. */
  private left: number;
  /** Under `strict`: the keys seen in each object around. */
  private readonly seen: Set<string | number>[];
  /** The messages an Any may hold, and extensions by name. */
  readonly registry: TypeRegistry | undefined;
  /** The depth at which the key `@type` is not a field: the object being read is an Any. */
  private anyDepth: number;
  /** Where the key of the extension stands that `field` has come to. */
  private extensionStart: number;
  /** The depth of an object of which one extension is read as if it were all of it; -1 for none. */
  private holderDepth: number;
  /** That object comes next. */
  private holderIsNext: boolean;
  /** Where objects that were looked through say what type they are, by where they begin. */
  private types: Map<number, number> | undefined;
  /** Where the last object ends that was looked through. */
  private typesEnd: number;

  constructor(buf: Uint8Array, options: FromJsonOptions = {}) {
    super(buf);
    this.strict = options.strict ?? false;
    this.registry = options.registry;
    this.first = false;
    this.depth = 0;
    this.limit = options.messageLimit ?? MESSAGE_LIMIT;
    // The message that is read is none of those in it.
    this.left = this.limit + 1;
    this.seen = [];
    this.anyDepth = 0;
    this.extensionStart = 0;
    this.holderDepth = -1;
    this.holderIsNext = false;
    this.types = undefined;
    this.typesEnd = 0;
  }

  bool(): boolean {
    const byte = this.space();
    if (byte !== 0x74 && byte !== 0x66) throw this.wrong('bool');
    this.literal(byte === 0x74 ? 'true' : 'false');
    return byte === 0x74;
  }

  /** @returns undefined for a name the enum does not have, such as one a newer peer has learnt; refused under `strict` */
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
    if (number === undefined && this.strict) {
      this.pos = start;
      throw this.wrong(`a value of ${type.typeName}`);
    }
    return number;
  }

  /** A value of google.protobuf.NullValue: `null`, or as any enum. */
  nullValue(type: EnumType): number | undefined {
    return this.null() ? 0 : this.enum(type);
  }

  /** Begins a message. */
  beginObject(): void {
    if (this.space() === OPEN_OBJECT) {
      this.count();
      this.beginMap();
    } else this.beginHolder();
  }

  /** Counts a message that does not begin an object, a map entry, or an element of a list of bytes. */
  count(): void {
    if (--this.left < 0) throw tooManyMessages(this.limit, jsonPath(this.buf, this.pos));
  }

  bytesElement(): Uint8Array {
    this.count();
    return this.bytes();
  }

  /** Begins an object that is not a message. */
  beginMap(): void {
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

  /** Reports whether the list has a next element; its value comes next. */
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
        if (this.holderDepth === this.depth) return this.endHolder(start);
        const key = fields.extendee === undefined && !this.strict ? '' : this.keyAt(start);
        if (fields.extendee !== undefined && this.registry?.extension(key, fields.extendee) !== undefined) {
          this.extensionStart = start;
          return -1;
        }
        if (this.strict && !(key === TYPE && this.anyDepth === this.depth)) throw this.unknownField(start);
        this.skip();
      } else if (this.space() === 0x6e /* n */ && fields.nullable?.has(number) !== true) this.skip();
      else return number;
    }
  }

  /** Takes the extension `field` answered -1 for into the fields kept from binary. */
  extension(message: Unknown): void {
    if (this.null()) return;
    const { depth, holderDepth, extensionStart } = this;
    this.pos = extensionStart;
    this.holderDepth = depth;
    this.holderIsNext = true;
    this.registry!.readExtension(this.keyAt(extensionStart), message, this);
    this.holderDepth = holderDepth;
    if (this.depth === depth) return;
    // It was the last member, and the holder has taken the end for its own.
    this.depth = depth;
    this.pos--;
  }

  /** Begins the object of an extension's holder where the extension's key stands, in the object around it. */
  private beginHolder(): void {
    if (!this.holderIsNext) throw this.wrong('object');
    this.holderIsNext = false;
    this.first = true;
    if (this.strict) this.seen.push(new Set());
  }

  /** Ends it before a key that is not the extension's, which the object around it reads again. */
  private endHolder(start: number): number {
    this.pos = start;
    this.first = true;
    if (this.strict) this.seen.pop();
    return 0;
  }

  /** A required field that is not set where its message ends. @throws {DecodeError} */
  missing(_message: object, _field: string, name: string): never {
    throw this.error(`required field ${name} is not set`);
  }

  /** Refuses a second member of a oneof. */
  oneof(current: { readonly case: string } | undefined): void {
    if (current !== undefined) throw this.error(`a second member of a oneof, after ${current.case}`);
  }

  /** The next key of a map, or undefined at its end. */
  mapKey(): string | undefined {
    if (!this.member()) return undefined;
    const start = this.pos;
    const key = this.string();
    if (this.strict) this.once(key, start);
    this.colon();
    this.count();
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

  /**
   * The member `@type` of the object that comes next, the first of several, wherever in it it is. Where it is not at
   * the front the object is looked through, and those inside it with it: however deep Anys nest, it is done once.
   * @returns undefined where there is none; `null` where the object has no members
   */
  peekType(): string | null | undefined {
    const byte = this.space();
    const { pos, depth } = this;
    const seen = this.seen.length;
    if (byte !== OPEN_OBJECT) throw this.wrong('object');
    this.open();
    let type: string | null | undefined = null;
    if (this.space() !== CLOSE_OBJECT) {
      const at = this.typeAtFront() ?? this.typeInside(pos);
      if (at !== undefined) this.pos = at;
      type = at === undefined ? undefined : this.string();
    }
    this.pos = pos;
    this.depth = depth;
    this.seen.length = seen;
    return type;
  }

  /** Where the value of `@type` stands, if that is the key that comes next. */
  private typeAtFront(): number | undefined {
    if (this.space() !== QUOTE || this.string() !== TYPE) return undefined;
    this.colon();
    this.space();
    return this.pos;
  }

  private typeInside(start: number): number | undefined {
    this.types ??= new Map();
    if (start >= this.typesEnd) {
      this.pos = start;
      this.depth--;
      this.skip();
      this.typesEnd = this.pos;
    }
    return this.types.get(start);
  }

  /** Reads an object in which `@type` is not a field but says what the others are. */
  inAny<T>(read: () => T): T {
    const { anyDepth } = this;
    this.anyDepth = this.depth + 1;
    const value = read();
    this.anyDepth = anyDepth;
    return value;
  }

  /** Skips a value, making sure that it is one. */
  skip(): void {
    switch (this.space()) {
      case OPEN_OBJECT:
        this.skipObject();
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

  private skipObject(): void {
    const { pos, types } = this;
    this.beginMap();
    while (this.member()) {
      const start = this.pos;
      const key = this.string();
      if (this.strict) this.once(key, start);
      this.colon();
      if (types !== undefined && key === TYPE && !types.has(pos)) {
        this.space();
        types.set(pos, this.pos);
      }
      this.skip();
    }
  }

  /** Goes to the next key where it follows at once, as compact JSON has it. */
  private nextKey(): boolean {
    const { buf, pos } = this;
    if (this.first || buf[pos] !== COMMA || buf[pos + 1] !== QUOTE) return false;
    this.pos = pos + 1;
    return true;
  }

  /** Reports whether the object has a next member; its key comes next. */
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

  /** Takes a string that may be one of the keys. @returns its number, or 0 */
  private matchKey(names: NameTable): number {
    const key = this.findName(names);
    return key === undefined ? (names.numbers.get(this.string()) ?? 0) : key.number;
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

  private unknownField(start: number): DecodeError {
    const key = this.keyAt(start);
    this.pos = start;
    return this.error(`unknown field "${key}"`);
  }

  private wrongKey(expected: string, key: string, start: number): DecodeError {
    this.pos = start;
    return this.error(`expected a key of kind ${expected}, got "${key}"`);
  }
}
