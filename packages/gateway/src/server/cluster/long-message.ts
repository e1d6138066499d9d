import {
  BusAnswer,
  BusChunk,
  BusMessage,
  BusRequest,
  type BusMessageInit,
  type BusRequestInit,
} from '../../protocol/cluster.pb.ts';
import { varint } from '../../protocol/long-message.ts';
import { ForwardResponse } from '../../protocol/registry.pb.ts';

/** Bytes of a body from which on it is worth not to be copied twice: an encoder grows its buffer as it writes. */
const long = 16 * 1024;

/** Numbers of fields: of BusRequest, BusMessage, BusAnswer, ForwardResponse, BusChunk. */
const tags = {
  body: 18,
  answer: 5,
  answerChunk: 6,
  bodyChunk: 9,
  head: 1,
  payload: 4,
  bytes: 2,
} as const;

/** A message as its pieces, one after the other. */
type Pieces = readonly Uint8Array[];

/** The bytes of a request, whose body goes last: fields may come in any order (protobuf, Encoding). */
export function requestBytes(request: BusRequestInit): Uint8Array {
  if (!isLong(request.body)) return BusRequest.encode(request);
  const { body, ...rest } = request;
  return Buffer.concat([BusRequest.encode(rest), ...field('body', [body])]);
}

/** The bytes of a message, of which those of a chunk or an answer go last. */
export function messageBytes(message: BusMessageInit): Uint8Array {
  const pieces = longPieces(message.what);
  if (pieces === undefined) return BusMessage.encode(message);
  const { what: _, ...rest } = message;
  return Buffer.concat([BusMessage.encode(rest), ...pieces]);
}

/** The field of a long chunk or answer; undefined for all others. */
function longPieces(what: BusMessageInit['what']): Pieces | undefined {
  switch (what?.case) {
    case 'answerChunk':
    case 'bodyChunk': {
      if (!isLong(what.value.bytes)) return undefined;
      const { bytes, ...rest } = what.value;
      return field(what.case, [BusChunk.encode(rest), ...field('bytes', [bytes])]);
    }
    case 'answer': {
      const { head, ...rest } = what.value;
      const { payload, ...headRest } = head ?? {};
      if (!isLong(payload)) return undefined;
      const inner = [ForwardResponse.encode(headRest), ...field('payload', [payload])];
      return field('answer', [BusAnswer.encode(rest), ...field('head', inner)]);
    }
    default:
      return undefined;
  }
}

function isLong(bytes: Uint8Array | null | undefined): bytes is Uint8Array {
  return bytes !== undefined && bytes !== null && bytes.length >= long;
}

/** A field of wire type 2 in front of its bytes. */
function field(name: keyof typeof tags, pieces: Pieces): Pieces {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [Uint8Array.from([...varint((tags[name] << 3) | 2), ...varint(size)]), ...pieces];
}
