/** The largest chunk, in bytes: what node:http2 is handed at a time (Node 20 keeps count of what a reset leaves unsent). */
const largest = 64 * 1024;

/** Bytes that wait to be sent. */
export class ChunkBuffer {
  #parts: Uint8Array[] = [];
  /** How many there are. */
  length = 0;

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.length += part.length;
  }

  /** Takes all of it, but 64 KiB at most; undefined where there is nothing. Large messages are not copied. */
  take(): Uint8Array | undefined {
    const [first] = this.#parts;
    if (first === undefined) return undefined;
    if (this.#parts.length === 1 || first.length >= largest) {
      if (first.length > largest) this.#parts[0] = first.subarray(largest);
      else this.#parts.shift();
      const chunk = first.subarray(0, largest);
      this.length -= chunk.length;
      return chunk;
    }
    const chunk = new Uint8Array(Math.min(this.length, largest));
    let at = 0;
    let used = 0;
    for (const part of this.#parts) {
      if (at + part.length > chunk.length) break;
      chunk.set(part, at);
      at += part.length;
      used++;
    }
    this.#parts.splice(0, used);
    this.length -= at;
    return at === chunk.length ? chunk : chunk.subarray(0, at);
  }
}
