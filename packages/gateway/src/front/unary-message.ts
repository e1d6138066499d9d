import { invalidArgument, TwirpError, unimplemented } from '@pipit/runtime';
import { twirpCodeOf } from '../protocol/status.ts';
import { frameHeadBytes } from '../protocol/sizes.ts';
import { FrameError, FrameReader } from '../stream/frames.ts';

/** The limit of a body that holds one message of gRPC. */
export function framedLimit(limit: number): number {
  return limit + frameHeadBytes;
}

/**
 * The one message of a unary call.
 * @throws {TwirpError} `unimplemented` for several or compressed ones, `invalid_argument` for none or half a one
 */
export function unaryMessage(
  body: Uint8Array,
  limit: number,
  encoding: string | string[] = 'identity',
): Uint8Array {
  if (body[0] === 1 && encoding !== 'identity') {
    throw unimplemented(`grpc-encoding ${String(encoding)} is not supported: send the message uncompressed`);
  }
  const reader = new FrameReader(limit);
  reader.push(body);
  try {
    const message = reader.next();
    if (message === undefined) throw invalidArgument('the request', 'holds no whole message of gRPC');
    if (reader.next() !== undefined || !reader.idle) {
      throw unimplemented('the gateway forwards unary calls only: send one message');
    }
    return message;
  } catch (error) {
    if (error instanceof FrameError) throw new TwirpError(twirpCodeOf(error.status.code), error.message);
    throw error;
  }
}
