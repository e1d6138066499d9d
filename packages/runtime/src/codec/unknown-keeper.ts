import type { Unknown } from './unknown.ts';

const NONE = new Uint8Array();

/**
 * Keeps what a schema does not know. Unknown fields of a message follow each other in arrays that double in
 * size: one for each would take 50 times the memory of small fields.
 */
export class UnknownKeeper {
  /** The message whose fields `bytes` holds. */
  private message: Unknown | undefined = undefined;
  private bytes: Uint8Array = NONE;
  private end = 0;

  /** @param length is written between the tag and the value where there is one */
  keep(message: Unknown, tag: number, value: Uint8Array, length?: number): void {
    const size = 10 + value.length;
    const chunks = (message.$unknown ??= []);
    const isMore = this.message === message;
    if (!isMore || this.end + size > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(size, isMore ? this.bytes.length * 2 : 0));
      this.end = 0;
      this.message = message;
      chunks.push(this.bytes);
    }
    let at = putVarint(this.bytes, this.end, tag);
    if (length !== undefined) at = putVarint(this.bytes, at, length);
    this.bytes.set(value, at);
    this.end = at + value.length;
    chunks[chunks.length - 1] = this.bytes.subarray(0, this.end);
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
