import type { Unknown } from './unknown.ts';

const NONE = new Uint8Array();

/** Of an array that messages share: a message that is kept keeps all of it. */
const MAX_SHARED = 4096;

/**
 * Keeps what a schema does not know. Unknown fields of a message follow each other in arrays that double in
 * size, and those of small messages share one: an array for each would take 50 times the memory of small fields.
 */
export class UnknownKeeper {
  /** The message whose fields are the last in `bytes`, from `start`. */
  private message: Unknown | undefined = undefined;
  private bytes: Uint8Array = NONE;
  private start = 0;
  private end = 0;

  /**
   * @param length is written between the tag and the value where there is one
   * @returns true where it began a further piece of a message whose last fields were not the last to be kept
   */
  keep(message: Unknown, tag: number, value: Uint8Array, length?: number): boolean {
    const size = 10 + value.length;
    const isMore = this.message === message;
    const isFull = this.end + size > this.bytes.length;
    if (isFull) {
      const doubled = this.bytes.length * 2;
      this.bytes = new Uint8Array(Math.max(size, isMore ? doubled : Math.min(doubled, MAX_SHARED)));
      this.end = 0;
    }
    if (isFull || !isMore) this.start = this.end;
    this.message = message;
    let at = putVarint(this.bytes, this.end, tag);
    if (length !== undefined) at = putVarint(this.bytes, at, length);
    this.bytes.set(value, at);
    this.end = at + value.length;
    const piece = this.bytes.subarray(this.start, this.end);
    const { $unknown: pieces } = message;
    if (pieces === undefined) message.$unknown = [piece];
    else if (isMore && !isFull) pieces[pieces.length - 1] = piece;
    else pieces.push(piece);
    return pieces !== undefined && !isMore;
  }
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
