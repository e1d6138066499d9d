import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { invalidArgument, unimplemented } from '../rpc/twirp-errors.ts';

/** A byte of flags and the length of what follows, 32 bits, most significant byte first. */
export const frameHeadBytes = 5;
/** Flag of a payload that is compressed. */
export const compressedFlag = 0x01;
/** Flag of a payload that is the end of a stream of Connect, as JSON. */
export const endFlag = 0x02;
/** Flag of a payload that is the trailers of gRPC-Web, as text. */
export const trailersFlag = 0x80;

/** One frame of gRPC, gRPC-Web and Connect's streams. */
export interface Frame {
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** A frame as bytes; the payload is copied. */
export function frameOf(flags: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(frameHeadBytes + payload.length);
  frame[0] = flags;
  new DataView(frame.buffer).setUint32(1, payload.length);
  frame.set(payload, frameHeadBytes);
  return frame;
}

/**
 * The frame that is all of a request's body.
 * @param limit the largest payload, in bytes
 * @throws {TwirpError} `unimplemented` for none or several, `malformed` for a part of one, `invalid_argument` for unknown flags
 * @throws {BodyTooLargeError}
 */
export function onlyFrame(body: Uint8Array, limit: number): Frame {
  if (body.length === 0) throw unimplemented('the request holds no message: this method takes one');
  if (body.length < frameHeadBytes) throw brokenOff();
  const { buffer, byteOffset } = body;
  const length = new DataView(buffer, byteOffset).getUint32(1);
  const flags = body[0] as number;
  // What is no frame has some length too.
  if (flags !== 0 && flags !== compressedFlag) {
    throw invalidArgument('the request', `has a frame of unknown flags: ${flags}`);
  }
  if (length > limit) throw new BodyTooLargeError(limit);
  const end = frameHeadBytes + length;
  if (body.length < end) throw brokenOff();
  if (body.length > end) throw unimplemented('the request holds several messages: this method takes one');
  return { flags, payload: body.subarray(frameHeadBytes) };
}

function brokenOff(): TwirpError {
  return new TwirpError('malformed', 'the request breaks off inside of its message');
}
