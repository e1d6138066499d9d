import { ConnectionMessage, ForwardRequest, ForwardResponse } from './registry.pb.ts';
import { payloadTag, requestTag, responseTag } from './long-message.ts';

/** A message in the pieces that it came in. */
export type Pieces = readonly Uint8Array[];

/** A message and the rest of its payload, of which it holds the beginning. */
export interface PiecedMessage {
  readonly messageType: ConnectionMessage['messageType'];
  readonly rest: Pieces;
}

/** The bytes of a message are nobody else's. */
const shared = { shareBytes: true };
const none: Pieces = [];
const nothing: Uint8Array = new Uint8Array();

/** Reads a message, whichever way it came. @throws {DecodeError} */
export function readMessage(bytes: Uint8Array | Pieces): PiecedMessage {
  if (!(bytes instanceof Uint8Array)) return readPieces(bytes);
  return { messageType: ConnectionMessage.decode(bytes, shared).messageType, rest: none };
}

/** The bytes of all pieces, behind the `first`. */
export function sizeOf(pieces: Pieces, first: Uint8Array = nothing): number {
  let size = first.length;
  for (const piece of pieces) size += piece.length;
  return size;
}

/** The payload in one piece. */
export function together(first: Uint8Array, rest: Pieces): Uint8Array {
  return rest.length === 0 ? first : Buffer.concat([first, ...rest]);
}

/**
 * Reads a message of which only the first piece is looked at: all but the payload, which has to be the last field, as
 * `longMessage` writes it. Any other message is put together.
 * @throws {DecodeError}
 */
function readPieces(pieces: Pieces): PiecedMessage {
  const [first = nothing, ...rest] = pieces;
  const length = sizeOf(pieces);
  const place = payloadOf(first, length);
  if (place === undefined) {
    return {
      messageType: ConnectionMessage.decode(Buffer.concat(pieces, length), shared).messageType,
      rest: none,
    };
  }
  const head = first.subarray(place.fields, place.tag);
  const payload = first.subarray(place.payload);
  if (first[0] === requestTag) {
    const value = ForwardRequest.decode(head, shared);
    value.payload = payload;
    return { messageType: { case: 'request', value }, rest };
  }
  const value = ForwardResponse.decode(head, shared);
  value.payload = payload;
  return { messageType: { case: 'response', value }, rest };
}

/** Offsets in a message's first piece. */
interface Place {
  /** Of the fields of the request or response. */
  readonly fields: number;
  /** Of the payload's tag, and of the payload. */
  readonly tag: number;
  readonly payload: number;
}

/** The place of the payload of a request or response; undefined where it is not the last field, or not begun in `first`. */
function payloadOf(first: Uint8Array, length: number): Place | undefined {
  if (first[0] !== requestTag && first[0] !== responseTag) return undefined;
  const cursor = new Cursor(first);
  cursor.position = 1;
  if (cursor.varint() + cursor.position !== length) return undefined;
  const fields = cursor.position;
  for (;;) {
    const tag = cursor.position;
    const key = cursor.varint();
    if (key === payloadTag) {
      const payload = cursor.varint();
      if (payload + cursor.position === length) return { fields, tag, payload: cursor.position };
      cursor.position += payload;
    } else if ((key & 7) === 2) cursor.skip();
    else if ((key & 7) === 0) cursor.varint();
    else return undefined;
    if (!(cursor.position < first.length)) return undefined;
  }
}

/** Reads varints; one that is not whole, or of more than 32 bits, is NaN, and no place is one. */
class Cursor {
  position = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Skips a field of so many bytes as it says. */
  skip(): void {
    const bytes = this.varint();
    this.position += bytes;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 0x1000_0000; factor *= 0x80) {
      const byte = this.#bytes[this.position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    this.position = NaN;
    return NaN;
  }
}
