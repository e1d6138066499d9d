import { IncomingMessage } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { largestCompressed } from '../protocol/compression.ts';
import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import type { IncomingHeaders } from '../rpc/context.ts';
import { findTwirpError, type TwirpError } from '../rpc/twirp-error.ts';
import { BodyCollector, collect } from './body-collector.ts';
import { callerGone, unreadable } from './body-errors.ts';
import { isRead, takeLeft } from './body-left.ts';
import type { BodyOptions } from './body-options.ts';
import { inflaterFor } from './inflate.ts';

const noBody = new Uint8Array();

type Done = (body: Uint8Array) => void;
type Fail = (error: TwirpError) => void;

/**
 * Gives `done` a request's whole body, never more than the limit of it in memory. What is over the limit is
 * discarded as it comes, so that the caller gets to read the answer. `fail` gets BodyTooLargeError as soon
 * as the limit is passed, `canceled` when the caller goes away, `malformed` for a body that cannot be
 * decompressed.
 * Where others have read it already, what they left on the request is taken: `rawBody`, or `body`.
 * @param stream where the body is read; the request itself, or what a host has put in its place
 */
export function readBody(
  request: Readable,
  stream: Readable,
  headers: IncomingHeaders,
  { bodyLimit: limit, compressedRequests }: Required<BodyOptions>,
  done: Done,
  fail: Fail,
  host: object = request,
): void {
  if (stream === request && request instanceof IncomingMessage && isEmpty(headers)) {
    // Bun tells no end of a body that is empty.
    done(noBody);
    return;
  }
  const coding = compressedRequests ? headers['content-encoding'] : undefined;
  if (isRead(stream)) {
    const announced = headers['content-length'];
    // Readers with a limit of their own have kept nothing.
    if (Number(announced) > limit) {
      fail(new BodyTooLargeError(limit));
      return;
    }
    const within = (body: Uint8Array, isAsSent: boolean): void => {
      // Some readers have inflated it, others have not.
      const isInflated = !isAsSent || (announced !== undefined && Number(announced) !== body.length);
      if (coding !== undefined && !isInflated) {
        const again = Readable.from([body]);
        readBody(again, again, headers, { bodyLimit: limit, compressedRequests }, done, fail);
      } else if (body.length > limit) {
        fail(new BodyTooLargeError(limit));
      } else done(body);
    };
    takeLeft(stream, [host, request], headers, within, fail);
    return;
  }
  let inflater: Transform | undefined;
  try {
    inflater = coding === undefined ? undefined : inflaterFor(String(coding));
  } catch (error) {
    fail(error as TwirpError);
    return;
  }
  if (inflater !== undefined) {
    readCompressed(request, stream, inflater, limit, done, fail);
  } else if (stream !== request) {
    collectFrom(request, stream, new BodyCollector(limit, done, fail));
  } else if (Number(headers['content-length']) > limit) {
    fail(new BodyTooLargeError(limit));
  } else {
    collect(stream, new BodyCollector(limit, done, fail, Number(headers['content-length'] ?? 0)), callerGone);
  }
}

/** Nothing comes over HTTP/1.1, which announces what does (RFC 9112, 6.3). */
function isEmpty(headers: IncomingHeaders): boolean {
  const announced = headers['content-length'];
  if (announced !== undefined) return announced === '0';
  return headers['transfer-encoding'] === undefined && headers[':method'] === undefined;
}

function readCompressed(
  request: Readable,
  stream: Readable,
  inflater: Transform,
  limit: number,
  done: Done,
  fail: Fail,
): void {
  const body = new BodyCollector(limit, done, (error) => {
    // What is left is read and dropped; an inflater that failed would hold it up.
    stream.unpipe(inflater).resume();
    inflater.destroy();
    fail(error);
  });
  // Blocks that hold nothing inflate to nothing, however many are sent.
  let left = largestCompressed(limit);
  stream.on('data', (chunk: Uint8Array) => {
    if ((left -= chunk.length) < 0) body.fail(new BodyTooLargeError(limit));
  });
  // A pipe tells nothing of a stream that fails. Not `pipeline`: that would destroy the request, and with it the
  // connection, where only its body is bad.
  if (stream !== request)
    stream.on('error', (cause) => body.fail(findTwirpError(cause) ?? unreadable(cause)));
  collectFrom(request, stream.pipe(inflater), body);
}

/** Reads a stream that gets its bytes from another. It may be paused, and need not notice that the caller went away. */
function collectFrom(source: Readable, stream: Readable, body: BodyCollector): void {
  const lose = (): void => {
    if (!source.readableEnded) body.fail(callerGone());
  };
  source.on('close', lose).on('error', lose);
  if (source.destroyed) lose();
  collect(stream, body, (cause) => findTwirpError(cause) ?? unreadable(cause));
  stream.resume();
}
