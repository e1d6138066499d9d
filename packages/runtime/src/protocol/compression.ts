import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import type { IncomingHeaders } from '../rpc/context.ts';
import { propertyOf } from '../rpc/property-of.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { unimplemented } from '../rpc/twirp-errors.ts';
import { builtinModule } from './builtin-module.ts';

const zlib = builtinModule?.('node:zlib');

/** The compressions that requests may have and answers get. */
export const compressions: string = zlib === undefined ? 'identity' : 'gzip, identity';

/** Messages up to this many bytes are not worth the time (wire.md, Protocols). */
const leastCompressed = 1024;
/** Larger messages are compressed outside of the event loop, in bytes. */
const mostAtOnce = 32 * 1024;

/**
 * True where a request says that it is compressed.
 * @param header that says how
 * @throws {TwirpError} `unimplemented` for what is neither gzip nor identity
 */
export function isGzip(headers: IncomingHeaders, header: string): boolean {
  const encoding = headers[header];
  if (encoding === undefined || encoding === 'identity' || encoding === '') return false;
  if (encoding === 'gzip' && zlib !== undefined) return true;
  throw unimplemented(`${header} ${JSON.stringify(encoding)} is not supported: ${compressions} are`);
}

/** True where the caller's list of compressions has gzip. */
export function acceptsGzip(list: string | string[] | undefined): boolean {
  return (
    list !== undefined && zlib !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(list))
  );
}

/** The most bytes that so many are where they are compressed and cannot be: each of the codings adds far less. */
export function largestCompressed(bytes: number): number {
  return Math.floor(bytes * 1.001) + 1024;
}

/**
 * @param limit the largest result, in bytes
 * @throws {BodyTooLargeError}
 * @throws {TwirpError} `malformed` for what is not gzip
 */
export function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  // As Connect and gRPC have it, a message of nothing may be compressed to nothing.
  if (bytes.length === 0) return bytes;
  try {
    return zlib!.gunzipSync(bytes, { maxOutputLength: Math.max(limit, 1) });
  } catch (cause) {
    if (propertyOf(cause, 'code') === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLargeError(limit);
    throw new TwirpError('malformed', 'the request is not the gzip that it says it is', { cause });
  }
}

/** True where an answer of so many bytes is compressed for those who take it. */
export function isWorthwhile(bytes: number): boolean {
  return bytes > leastCompressed;
}

/** The bytes compressed: at once where they are few, else as something to wait for. */
export function gzipped(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
  if (bytes.length <= mostAtOnce) return zlib!.gzipSync(bytes);
  return new Promise((resolve, reject) => {
    zlib!.gzip(bytes, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
