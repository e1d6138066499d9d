import type { Readable } from 'node:stream';
import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import type { IncomingHeaders } from '../rpc/context.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { inflaterFor } from './inflate.ts';

/** What doors can be told about bodies. */
export interface BodyOptions {
  /** Largest request body, in bytes, after decompression. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Accept bodies under `Content-Encoding: gzip`, `br` or `deflate`. Default false: the header is ignored. */
  readonly compressedRequests?: boolean;
}

export const defaultBodyLimit: number = 4 * 1024 * 1024;

/**
 * A request's whole body, never more than `limit` bytes of it in memory. What is over the limit is
 * discarded as it comes, so that the caller gets to read the answer.
 * @throws {BodyTooLargeError} as soon as the limit is passed
 * @throws {TwirpError} `canceled` when the caller goes away, `malformed` for a body that cannot be decompressed
 */
export function readBody(
  stream: Readable,
  headers: IncomingHeaders,
  limit: number,
  compressed: boolean,
): Promise<Uint8Array> {
  if (compressed && headers['content-encoding'] !== undefined) {
    return readCompressed(stream, headers['content-encoding'], limit);
  }
  if (Number(headers['content-length']) > limit) return Promise.reject(new BodyTooLargeError(limit));
  return collect(stream, limit);
}

async function readCompressed(
  stream: Readable,
  contentEncoding: string | string[],
  limit: number,
): Promise<Uint8Array> {
  const inflater = inflaterFor(String(contentEncoding));
  if (inflater === undefined) return collect(stream, limit);
  // Not `pipeline`: that would destroy the request, and with it the connection, where only its body is bad.
  const lose = (): void => void inflater.destroy();
  stream.on('close', lose);
  stream.on('error', lose);
  stream.pipe(inflater);
  try {
    return await collect(inflater, limit, notInflated);
  } finally {
    stream.off('close', lose);
    stream.unpipe(inflater);
    inflater.destroy();
    stream.resume();
  }
}

function collect(
  stream: Readable,
  limit: number,
  toError: (cause?: Error) => TwirpError = callerGone,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let size = 0;
    // The listeners stay, because taking them off a stream that is done costs more than asking this.
    let done = false;

    const onLost = (cause?: Error): void => {
      if (done) return;
      done = true;
      reject(toError(cause));
    };
    stream.on('data', (chunk: Buffer) => {
      if (done) return;
      size += chunk.length;
      if (size > limit) {
        done = true;
        reject(new BodyTooLargeError(limit));
      } else if (first === undefined) {
        first = chunk;
      } else {
        (chunks ??= [first]).push(chunk);
      }
    });
    stream.on('end', () => {
      if (done) return;
      done = true;
      resolve(chunks === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks, size));
    });
    stream.on('error', onLost);
    stream.on('close', onLost);
  });
}

function callerGone(cause?: Error): TwirpError {
  return new TwirpError('canceled', 'failed to read request: the caller went away', { cause });
}

/** An inflater that was closed without an error lost the caller. */
function notInflated(cause?: Error): TwirpError {
  if (cause === undefined) return callerGone();
  return new TwirpError('malformed', 'failed to read request body', {
    meta: { cause: cause.message },
    cause,
  });
}
