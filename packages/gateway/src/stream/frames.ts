import { grpcCode } from '../protocol/grpc-code.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';
import { frameHeadBytes } from '../protocol/sizes.ts';
import { KeptPieces } from './kept-pieces.ts';

/** A message larger than this is not taken together with others, but is given to the transport as it is. */
const largeMessage = 16 * 1024;
/** The buffer that a message whose rest is on its way gets at first, in bytes: its announced length may be a lie. */
const firstBody = 128 * 1024;
/** A message of so many bytes stays in the pieces it came in, where its reader takes those: to put it together is a copy, and garbage as large. */
const leastInPieces = 32 * 1024;

/** An error in what the peer sent: not what gRPC sends, or too large. The stream cannot go on. */
export class FrameError extends Error {
  readonly status: GrpcStatus;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'FrameError';
    this.status = { code, message };
  }
}

/**
 * Messages out of the bytes of a stream, however those are cut. A message that lies in one piece is a view of it,
 * any other is put together with at most two copies, or left in its pieces.
 */
export class FrameReader {
  #maxMessageBytes: number;
  readonly #head: Uint8Array = new Uint8Array(frameHeadBytes);
  /** Bytes of the next head that are there already. */
  #headFilled = 0;
  /** The beginning of a message whose rest is on its way, and how long it will be. */
  #body: Uint8Array | undefined;
  #bodyFilled = 0;
  #length = 0;
  #takesPieces = false;
  /** In place of `#body`. */
  #kept: KeptPieces | undefined;
  #piece: Uint8Array = empty;
  #position = 0;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Between two messages, with nothing left to read. */
  get idle(): boolean {
    return this.#position === this.#piece.length && this.#headFilled === 0 && !this.#isWithin;
  }

  /** Bytes that are kept for a message whose end has not come. */
  get held(): number {
    return this.#body?.length ?? this.#kept?.bytes ?? 0;
  }

  get #isWithin(): boolean {
    return this.#body !== undefined || this.#kept !== undefined;
  }

  /** From the next message on. */
  limit(maxMessageBytes: number): void {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** From the next message on a large one comes in pieces. */
  takePieces(): void {
    this.#takesPieces = true;
  }

  /** Takes the next bytes of the stream, once `next` has found nothing more in those before. */
  push(piece: Uint8Array): void {
    this.#piece = piece;
    this.#position = 0;
  }

  /**
   * The next message, perhaps in pieces, undefined where its end has not come yet.
   * @throws {FrameError} for one above the limit, a compressed one, or what is not a message
   */
  next(): Uint8Array | readonly Uint8Array[] | undefined {
    if (this.#kept !== undefined) return this.#keep(this.#kept);
    if (this.#body !== undefined) return this.#continue(this.#body);
    if (!this.#readHead()) return undefined;
    const start = this.#position;
    const end = start + this.#length;
    if (end <= this.#piece.length) {
      this.#position = end;
      return this.#piece.subarray(start, end);
    }
    if (this.#takesPieces && this.#length >= leastInPieces) return this.#keep(new KeptPieces());
    this.#body = Buffer.allocUnsafe(Math.min(this.#length, firstBody));
    this.#bodyFilled = 0;
    return this.#continue(this.#body);
  }

  #readHead(): boolean {
    const piece = this.#piece;
    const position = this.#position;
    if (this.#headFilled === 0 && piece.length - position >= frameHeadBytes) {
      this.#takeHead(piece, position);
      this.#position = position + frameHeadBytes;
      return true;
    }
    while (this.#headFilled < frameHeadBytes) {
      if (this.#position === piece.length) return false;
      this.#head[this.#headFilled++] = piece[this.#position++]!;
    }
    this.#headFilled = 0;
    this.#takeHead(this.#head, 0);
    return true;
  }

  #takeHead(bytes: Uint8Array, at: number): void {
    const flag = bytes[at]!;
    const length =
      bytes[at + 1]! * 0x1000000 + (bytes[at + 2]! << 16) + (bytes[at + 3]! << 8) + bytes[at + 4]!;
    if (flag === 1) {
      throw new FrameError(grpcCode.internal, 'a compressed message, and no grpc-encoding was agreed');
    }
    if (flag !== 0) throw new FrameError(grpcCode.internal, `no gRPC message: it starts with byte ${flag}`);
    if (length > this.#maxMessageBytes) {
      throw new FrameError(
        grpcCode.resourceExhausted,
        `a message of ${length} bytes, larger than the limit of ${this.#maxMessageBytes} bytes`,
      );
    }
    this.#length = length;
  }

  #keep(kept: KeptPieces): readonly Uint8Array[] | undefined {
    const take = Math.min(this.#length - kept.bytes, this.#piece.length - this.#position);
    kept.add(this.#piece.subarray(this.#position, this.#position + take));
    this.#position += take;
    const isWhole = kept.bytes === this.#length;
    this.#kept = isWhole ? undefined : kept;
    return isWhole ? kept.pieces : undefined;
  }

  #continue(body: Uint8Array): Uint8Array | undefined {
    const take = Math.min(this.#length - this.#bodyFilled, this.#piece.length - this.#position);
    const filled = this.#bodyFilled + take;
    if (filled > body.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#length, Math.max(filled, body.length * 4)));
      larger.set(body.subarray(0, this.#bodyFilled));
      body = larger;
    }
    body.set(this.#piece.subarray(this.#position, this.#position + take), this.#bodyFilled);
    this.#position += take;
    this.#bodyFilled = filled;
    if (filled < this.#length) {
      this.#body = body;
      return undefined;
    }
    this.#body = undefined;
    return body;
  }
}

/** A message to be written, perhaps in two parts. */
export type Framed = Uint8Array | { readonly head: Uint8Array; readonly tail: Uint8Array };

/**
 * Messages with their heads, as pieces to write one after the other: small messages share one piece, a large one
 * and a tail are not copied.
 */
export function frame(messages: readonly Framed[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  while (from < messages.length) {
    let bytes = 0;
    let to = from;
    let large: Uint8Array | undefined;
    while (to < messages.length && large === undefined) {
      const message = messages[to++]!;
      const start = startOf(message);
      bytes += frameHeadBytes + start.length;
      if (start !== message) large = restOf(message);
    }
    pieces.push(join(messages, from, to, bytes));
    if (large !== undefined) pieces.push(large);
    from = to;
  }
  return pieces;
}

const empty = new Uint8Array(0);

/** The part of a message that is copied to others. */
function startOf(message: Framed): Uint8Array {
  if ('head' in message) return message.head;
  return message.length > largeMessage ? empty : message;
}

/** And what is not. */
function restOf(message: Framed): Uint8Array {
  return 'head' in message ? message.tail : message;
}

function join(messages: readonly Framed[], from: number, to: number, bytes: number): Uint8Array {
  const piece = Buffer.allocUnsafe(bytes);
  let position = 0;
  for (let index = from; index < to; index += 1) {
    const message = messages[index]!;
    const length = 'head' in message ? message.head.length + message.tail.length : message.length;
    piece[position] = 0;
    piece[position + 1] = length >>> 24;
    piece[position + 2] = length >>> 16;
    piece[position + 3] = length >>> 8;
    piece[position + 4] = length;
    position += frameHeadBytes;
    const start = startOf(message);
    piece.set(start, position);
    position += start.length;
  }
  return piece;
}
