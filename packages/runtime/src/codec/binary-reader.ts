import { DecodeError } from './errors.ts';
import type { Unknown } from './unknown.ts';
import { truncated, WireReader } from './wire-reader.ts';

/** How deep messages and groups may nest (wire.md, Bodies). */
const MAX_DEPTH = 100;

const NONE = new Uint8Array();

/**
 * Reads messages in protobuf's binary format; one that overruns its length is found by `leave`.
 */
export class BinaryReader extends WireReader {
  private readonly discardUnknown: boolean;
  private depth: number;
  /** The message whose unknown fields `kept` holds. */
  private keeper: Unknown | undefined;
  private kept: Uint8Array;
  private keptEnd: number;

  constructor(buf: Uint8Array, discardUnknown = false) {
    super(buf);
    this.discardUnknown = discardUnknown;
    this.depth = 1;
    this.keeper = undefined;
    this.kept = NONE;
    this.keptEnd = 0;
  }

  /**
   * Enters a message with a length in front.
   * @returns where it ends
   */
  enter(): number {
    const end = this.length();
    this.deepen();
    return end;
  }

  /** Enters a group; `end` is where the message around it ends. */
  enterGroup(end: number): number {
    this.deepen();
    return end;
  }

  /** Leaves a message, and finds out whether it was whole. */
  leave(end: number, group: number): void {
    if (this.pos !== end || group !== 0) throw truncated();
    this.depth--;
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
    if (!this.discardUnknown) this.keep(message, tag, start, this.pos);
    return false;
  }

  /** Keeps an enum value its closed enum does not name; it is unknown to the schema as well. */
  unknownEnum(message: Unknown, tag: number, start: number): void {
    if (!this.discardUnknown) this.keep(message, tag & ~7, start, this.pos);
  }

  /** Keeps a map entry whose value is an enum value its closed enum does not name. */
  unknownEntry(message: Unknown, tag: number, start: number): void {
    if (!this.discardUnknown) this.keep(message, tag, start, this.pos, this.pos - start);
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

  /**
   * Unknown fields of a message follow each other in arrays that double in size: one for each would take 50
   * times the memory of small fields.
   */
  private keep(message: Unknown, tag: number, start: number, end: number, length?: number): void {
    const size = 10 + end - start;
    const chunks = (message.$unknown ??= []);
    const isMore = this.keeper === message;
    if (!isMore || this.keptEnd + size > this.kept.length) {
      this.kept = new Uint8Array(Math.max(size, isMore ? this.kept.length * 2 : 0));
      this.keptEnd = 0;
      this.keeper = message;
      chunks.push(this.kept);
    }
    let at = putVarint(this.kept, this.keptEnd, tag >>> 0);
    if (length !== undefined) at = putVarint(this.kept, at, length);
    this.kept.set(this.buf.subarray(start, end), at);
    this.keptEnd = at + end - start;
    chunks[chunks.length - 1] = this.kept.subarray(0, this.keptEnd);
  }

  private deepen(): void {
    if (++this.depth > MAX_DEPTH) throw new DecodeError(`nested deeper than ${MAX_DEPTH} messages`);
  }
}

function unmatched(tag: number): DecodeError {
  return new DecodeError(`end of group ${tag >>> 3} without its start`);
}

/** @returns where the next byte goes */
function putVarint(bytes: Uint8Array, at: number, value: number): number {
  while (value > 0x7f) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}
