import { concat } from '../codec/bytes.ts';
import { ClientError } from '../rpc/client-error.ts';
import type { BodyReader } from './body-reader.ts';
import type { MessageFormat } from './message-format.ts';
import { twirpError } from './response-error.ts';

export const framedType = 'application/connect+proto';

/** A byte of flags, and the length of what follows in four. */
const head = 5;
const lastFrame = 2;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The messages of a body in frames (wire.md, Streams).
 * @param max how many bytes a message may have
 * @param onEnd reads the last frame, and throws its error
 * @throws {TwirpError} the one in the last frame; `unavailable` where there is none; `resource_exhausted` for a message
 *   that is too long; `internal` for one that is compressed, which nobody has asked for
 */
export async function* framedMessages(
  body: BodyReader,
  format: MessageFormat,
  max: number,
  onMessage: (id: undefined) => void,
  onEnd: (payload: Bytes) => void = finish,
): AsyncGenerator<unknown, void, undefined> {
  for (let rest: Bytes = new Uint8Array(); ;) {
    const size = rest.length < head ? 0 : new DataView(rest.buffer, rest.byteOffset).getUint32(1);
    if (size > max)
      throw new ClientError('resource_exhausted', `message of a stream exceeds maxResponseBytes: ${max}`);
    const end = head + size;
    if (rest.length < end) {
      rest = await more(body, rest, end);
      continue;
    }
    const payload = rest.subarray(head, end);
    const flags = rest[0]!;
    rest = rest.subarray(end);
    if ((flags & 1) !== 0) throw new ClientError('internal', 'message of a stream is compressed');
    if ((flags & lastFrame) !== 0) {
      onEnd(payload);
      return;
    }
    onMessage(undefined);
    yield format.decode(payload, undefined);
  }
}

/** A message in its frame, as a request has one. */
export function framed(message: string | Bytes): Bytes {
  const payload = typeof message === 'string' ? new TextEncoder().encode(message) : message;
  const frame = new Uint8Array(head + payload.length);
  new DataView(frame.buffer).setUint32(1, payload.length);
  frame.set(payload, head);
  return frame;
}

/** The bytes with so many behind them that there are `size`, or more: a large message is not copied at each chunk. */
async function more(body: BodyReader, first: Bytes, size: number): Promise<Bytes> {
  const chunks = [first];
  let length = first.length;
  while (length < size) {
    const chunk = await body.read();
    if (chunk === undefined)
      throw new ClientError('unavailable', 'the stream broke off: it has no last frame');
    chunks.push(chunk);
    length += chunk.length;
  }
  return concat(chunks);
}

/** @throws {TwirpError} the error of the last frame */
function finish(payload: Bytes): void {
  const { error } = JSON.parse(new TextDecoder().decode(payload)) as {
    error?: { code: string; message?: string; meta?: object };
  };
  if (error === undefined) return;
  const { code, message = '', meta = {} } = error;
  const body = JSON.stringify({ code, msg: message, meta });
  throw twirpError(body) ?? new ClientError('internal', 'unknown error in a stream', { meta: { body } });
}
