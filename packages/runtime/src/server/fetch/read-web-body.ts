import { concat } from '../../codec/bytes.ts';
import { largestCompressed } from '../../protocol/compression.ts';
import { BodyTooLargeError } from '../../rpc/body-too-large.ts';
import type { IncomingHeaders } from '../../rpc/context.ts';
import { findTwirpError, TwirpError } from '../../rpc/twirp-error.ts';
import { callerGone, tooShort, unreadable } from '../body-errors.ts';
import type { BodyOptions } from '../body-options.ts';
import { decompression } from './decompression.ts';

const noBody = new Uint8Array();

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Gives `done` a Request's whole body, never more than the limit of it in memory. `fail` gets BodyTooLargeError as soon
 * as the limit is passed, `canceled` when the caller goes away, `malformed` for a body that is too short or cannot be
 * decompressed, `internal` where others have read it.
 */
export function readWebBody(
  request: Request,
  headers: IncomingHeaders,
  options: Required<BodyOptions>,
  done: (body: Uint8Array) => void,
  fail: (error: TwirpError) => void,
): void {
  if (request.bodyUsed) {
    fail(
      new TwirpError(
        'internal',
        'the request body was read before the call got it: give the handler request.clone(), or the request before anybody reads it',
      ),
    );
  } else if (request.body === null) done(noBody);
  else void wholeBody(request, request.body as ReadableStream<Bytes>, headers, options).then(done, fail);
}

/** @throws {TwirpError} */
async function wholeBody(
  { signal }: Request,
  body: ReadableStream<Bytes>,
  headers: IncomingHeaders,
  { bodyLimit: limit, compressedRequests }: Required<BodyOptions>,
): Promise<Uint8Array> {
  const format = compressedRequests ? decompression(String(headers['content-encoding'] ?? '')) : undefined;
  const announced = Number(headers['content-length'] ?? 0);
  if (format === undefined && announced > limit) {
    await discard(body);
    throw new BodyTooLargeError(limit);
  }
  let overLimit: TwirpError | undefined;
  let left = largestCompressed(limit);
  const counted = (): TransformStream<Bytes, Bytes> =>
    new TransformStream({
      transform(chunk, controller) {
        // Blocks that hold nothing inflate to nothing, however many are sent.
        if ((left -= chunk.length) >= 0) controller.enqueue(chunk);
        else controller.error((overLimit = new BodyTooLargeError(limit)));
      },
    });
  try {
    if (format === undefined) return await collect(body, limit, announced);
    return await collect(body.pipeThrough(counted()).pipeThrough(format), limit, 0);
  } catch (cause) {
    throw (
      overLimit ??
      findTwirpError(cause) ??
      (signal.aborted || format === undefined ? callerGone(cause) : unreadable(cause))
    );
  }
}

/** @param announced the fewest bytes that are a whole body @throws {TwirpError} BodyTooLargeError, `malformed` */
async function collect(stream: ReadableStream<Bytes>, limit: number, announced: number): Promise<Uint8Array> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      reader.releaseLock();
      await discard(stream);
      throw new BodyTooLargeError(limit);
    }
    chunks.push(value);
  }
  if (size < announced) throw tooShort(size, announced);
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : concat(chunks);
}

/** Tells the platform that nobody wants the rest. */
async function discard(stream: ReadableStream): Promise<void> {
  // That it has failed meanwhile is of no interest.
  await stream.cancel().catch(() => undefined);
}
