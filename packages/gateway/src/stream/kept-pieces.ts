/** Smaller pieces are copied to others: a view of a single byte takes a hundred. */
const leastView = 4 * 1024;
/** Memory that small pieces are copied into. */
const arenaBytes = 16 * 1024;
/** Bytes that views may pin beyond twice their own. */
const mostSpare = 64 * 1024;

/**
 * The pieces of a message as they were read, none of them copied but small ones and those that would pin much more
 * than they are: what is pinned stays below twice the message and a little, whatever the peer sends beside it.
 */
export class KeptPieces {
  readonly pieces: Uint8Array[] = [];
  bytes: number = 0;
  /** Of the buffers that the views lie in. */
  #pinned = 0;
  #lastBuffer: ArrayBufferLike | undefined;
  #arena: Uint8Array | undefined;
  #arenaFilled = 0;
  /** The last piece ends where the arena is filled to. */
  #endsInArena = false;

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.bytes += piece.length;
    const isKnown = piece.buffer === this.#lastBuffer;
    const pinned = this.#pinned + (isKnown ? 0 : piece.buffer.byteLength);
    if (piece.length < leastView || pinned > 2 * this.bytes + mostSpare) {
      this.#copy(piece);
      return;
    }
    this.#lastBuffer = piece.buffer;
    this.#pinned = pinned;
    this.#endsInArena = false;
    this.pieces.push(piece);
  }

  #copy(piece: Uint8Array): void {
    if (this.#arena === undefined || this.#arena.length - this.#arenaFilled < piece.length) {
      this.#arena = Buffer.allocUnsafeSlow(Math.max(arenaBytes, piece.length));
      this.#arenaFilled = 0;
      this.#endsInArena = false;
    }
    const start = this.#arenaFilled;
    this.#arena.set(piece, start);
    this.#arenaFilled += piece.length;
    const from = this.#endsInArena ? start - this.pieces.pop()!.length : start;
    this.pieces.push(this.#arena.subarray(from, this.#arenaFilled));
    this.#endsInArena = true;
  }
}
