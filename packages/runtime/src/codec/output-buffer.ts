import { isOdd64, message, noMember } from './valid.ts';

/**
 * Bytes are written one after the other into a slab that all messages share, and a finished message is a
 * view of its part: one allocation for many messages, no copy (bench/codec: 1.5 times as fast as a copy).
 */
const SLAB_SIZE = 64 * 1024;

export class OutputBuffer {
  buf: Uint8Array<ArrayBuffer> = new Uint8Array(SLAB_SIZE);
  /** The same bytes. */
  view: DataView = new DataView(this.buf.buffer);
  /** Where the next byte goes. */
  pos = 0;
  /** Where the message being written starts. Positions kept across a `reserve` are relative to it. */
  start = 0;

  /** The size of the large message before: the next may be as large. */
  private expected = 0;

  /** Makes room for `size` more bytes, and one for a comma after them. */
  reserve(size: number): void {
    if (this.pos + size >= this.buf.length) this.grow(size + 1);
  }

  private grow(size: number): void {
    const used = this.pos - this.start;
    // A message that outgrows its slab gets one at least twice as large as what is copied: copying stays linear.
    const doubled = size > used ? used + size + SLAB_SIZE : (used + size) * 2;
    const enough = used === 0 ? size : Math.max(doubled, this.expected + SLAB_SIZE);
    const next = new Uint8Array(Math.max(SLAB_SIZE, enough));
    next.set(this.buf.subarray(this.start, this.pos));
    this.setSlab(next);
    this.start = 0;
    this.pos = used;
  }

  private setSlab(slab: Uint8Array<ArrayBuffer>): void {
    this.buf = slab;
    this.view = new DataView(slab.buffer);
  }

  /** Makes sure of a message before it is written. @throws {WrongValueError} for what is not one, such as a Date or a list */
  message(value: unknown): void {
    message(value);
  }

  /** Refuses a oneof without a member, unless it is one that is not set. */
  noMember(oneof: string, value: unknown): void {
    if (value !== undefined) noMember(oneof, value);
  }

  /** Lets a falsy value of a 64-bit field through to where it is refused, but for a zero, which is not written. */
  notZero(value: unknown): value is bigint {
    return isOdd64(value);
  }

  /** The bytes of the finished message. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.buf.buffer, this.start, this.pos - this.start);
    if (this.pos > SLAB_SIZE) {
      this.expected = bytes.length;
      // The slab grew for one large message: don't pin that much memory for the small ones to come.
      this.setSlab(new Uint8Array(SLAB_SIZE));
      this.pos = 0;
    }
    this.start = this.pos;
    return bytes;
  }

  /** Forgets the message being written. */
  discard(): void {
    this.pos = this.start;
  }
}
