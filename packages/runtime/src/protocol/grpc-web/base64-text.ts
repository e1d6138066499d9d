import { readBase64 } from '../../codec/base64.ts';
import { concat } from '../../codec/bytes.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';

/** How many bytes so many are in base64. */
export function largestText(bytes: number): number {
  // Each piece may end with padding of its own.
  return Math.ceil(bytes / 3) * 4 + 1024;
}

/** The bytes of a body in base64, of which callers may have padded every piece. @throws {TwirpError} `malformed` */
export function decodeText(body: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < body.length;) {
    const end = endOfPiece(body, start);
    const piece = readBase64(body, start, end);
    if (piece === undefined) throw new TwirpError('malformed', 'the request is not valid base64');
    pieces.push(piece);
    start = end;
  }
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : concat(pieces);
}

const padding = 0x3d;

/** Behind the padding of the piece that begins at `start`, or at the end. */
function endOfPiece(body: Uint8Array, start: number): number {
  let end = body.indexOf(padding, start);
  if (end < 0) return body.length;
  while (body[end] === padding) end += 1;
  return end;
}
