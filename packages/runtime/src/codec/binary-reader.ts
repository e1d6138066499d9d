import { DecodeError, tooManyMessages } from './errors.ts';
import { MAX_DEPTH, MESSAGE_LIMIT } from './limits.ts';
import type { Unknown } from './unknown.ts';
import { UnknownKeeper } from './unknown-keeper.ts';
import { truncated, WireReader } from './wire-reader.ts';

const NONE = new Uint8Array();

/** A message, its property that is not set, and what the schema calls that. */
interface Incomplete {
  readonly message: Readonly<Record<string, unknown>>;
  readonly field: string;
  readonly name: string;
}

/**
 * Reads messages in protobuf's binary format; one that overruns its length is found by `leave`.
 */
export class BinaryReader extends WireReader {
  private discardUnknown: boolean;
  private depth: number;
  private limit: number;
  /** How many more messages and map entries there may be. */
  private left: number;
  private keeper: UnknownKeeper | undefined;
  /** Messages that lacked a required field when they ended; more of one may still come. */
  incomplete: Incomplete[] | undefined;

  constructor(buf: Uint8Array, discardUnknown = false) {
    super(buf);
    this.discardUnknown = discardUnknown;
    this.depth = 1;
    this.limit = MESSAGE_LIMIT;
    this.left = MESSAGE_LIMIT;
    this.keeper = undefined;
    this.incomplete = undefined;
  }

  /** Starts anew on other bytes: one reader serves all messages, which saves making one for each. */
  open(
    buf: Uint8Array,
    discardUnknown = false,
    shareBytes = false,
    messageLimit: number = MESSAGE_LIMIT,
  ): void {
    this.reset(buf);
    this.discardUnknown = discardUnknown;
    this.shareBytes = shareBytes;
    this.depth = 1;
    this.limit = messageLimit;
    this.left = messageLimit;
    this.keeper = undefined;
  }

  /** Lets go of the bytes. */
  close(): void {
    this.reset(NONE);
    this.keeper = undefined;
  }

  /** Notes a required field that is not set where its message ends: binary may bring a message in pieces. */
  missing(message: object, field: string, name: string): void {
    (this.incomplete ??= []).push({ message: message as Incomplete['message'], field, name });
  }

  /** Finds out, at the very end, whether a message still lacks a required field. @throws {DecodeError} */
  complete(): void {
    const { incomplete = [] } = this;
    this.incomplete = undefined;
    for (const { message, field, name } of incomplete) {
      if (message[field] === undefined) throw new DecodeError(`required field ${name} is not set`);
    }
  }

  /**
   * Enters a message, or the entry of a map, with a length in front.
   * @returns where it ends
   */
  enter(): number {
    const end = this.length();
    if (--this.left < 0) throw this.tooMany();
    this.deepen();
    return end;
  }

  /** Enters a group; `end` is where the message around it ends. */
  enterGroup(end: number): number {
    if (--this.left < 0) throw this.tooMany();
    this.deepen();
    return end;
  }

  /** Leaves a message, and finds out whether it was whole. */
  leave(end: number, group: number): void {
    if (this.pos !== end || group !== 0) throw truncated();
    this.depth--;
  }

  /** An element of a list of bytes: an empty one takes a hundred times what it was sent in. */
  bytesElement(): Uint8Array {
    if (--this.left < 0) throw this.tooMany();
    return this.bytes();
  }

  /** Where the packed list that comes next ends. */
  packed(): number {
    return this.length();
  }

  /** Finds out whether the packed list was whole. */
  packedEnd(end: number): void {
    if (this.pos !== end) throw truncated();
  }

  /**
   * Takes a field the schema does not know (or knows with another wire type): kept in `$unknown`, or dropped.
   * @returns true where it was the end of the group being read
   */
  unknown(message: Unknown, tag: number, group: number): boolean {
    if ((tag & 7) === 4) return this.endGroup(tag, group);
    const start = this.pos;
    this.skip(tag);
    if (!this.discardUnknown) this.keep(message, tag, start);
    return false;
  }

  /** Keeps an enum value its closed enum does not name; it is unknown to the schema as well. */
  unknownEnum(message: Unknown, tag: number, start: number): void {
    if (!this.discardUnknown) this.keep(message, tag & ~7, start);
  }

  /** Keeps a map entry whose value is an enum value its closed enum does not name. */
  unknownEntry(message: Unknown, tag: number, start: number): void {
    if (!this.discardUnknown) this.keep(message, tag, start, this.pos - start);
  }

  /** Skips a field of a map entry. */
  skip(tag: number): void {
    if (tag >>> 3 === 0) throw new DecodeError('invalid tag: field number 0');
    switch (tag & 7) {
      case 0:
        this.varint64();
        return;
      case 1:
        this.skipTo(8);
        return;
      case 2:
        this.pos = this.length();
        return;
      case 3:
        this.deepen();
        // The end of a group has its number and wire type 4 in place of 3.
        for (let inner = this.tagInside(); inner !== (tag ^ 7) >>> 0; inner = this.tagInside()) {
          if ((inner & 7) === 4) throw unmatched(inner);
          this.skip(inner);
        }
        this.depth--;
        return;
      case 5:
        this.skipTo(4);
        return;
      case 4:
        throw unmatched(tag);
      default:
        throw new DecodeError(`invalid wire type ${tag & 7} of field ${tag >>> 3}`);
    }
  }

  private tagInside(): number {
    if (this.pos >= this.end) throw truncated();
    return this.tag();
  }

  private endGroup(tag: number, group: number): true {
    if (tag >>> 3 !== group || group === 0) throw unmatched(tag);
    this.depth--;
    return true;
  }

  private keep(message: Unknown, tag: number, start: number, length?: number): void {
    this.keeper ??= new UnknownKeeper();
    const isFurther = this.keeper.keep(message, tag >>> 0, this.buf.subarray(start, this.pos), length);
    // Fields of two messages in turn begin a piece each time, and a piece takes what a message does.
    if (isFurther && --this.left < 0) throw this.tooMany();
  }

  private tooMany(): DecodeError {
    return tooManyMessages(this.limit, `byte ${this.pos}`);
  }

  private deepen(): void {
    if (++this.depth > MAX_DEPTH) throw new DecodeError(`nested deeper than ${MAX_DEPTH} messages`);
  }
}

function unmatched(tag: number): DecodeError {
  return new DecodeError(`end of group ${tag >>> 3} without its start`);
}
