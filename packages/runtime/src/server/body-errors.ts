import { TwirpError } from '../rpc/twirp-error.ts';

export function tooShort(length: number, announced: number): TwirpError {
  return new TwirpError('malformed', 'failed to read request body', {
    meta: { cause: `Content-Length is ${announced}, but ${length} bytes came` },
  });
}

export function callerGone(cause?: unknown): TwirpError {
  return new TwirpError('canceled', 'failed to read request: the caller went away', { cause });
}

/** A body that cannot be decompressed, or that what a host has put in front of it cannot read. */
export function unreadable(cause?: unknown): TwirpError {
  const meta = cause instanceof Error ? { meta: { cause: cause.message } } : {};
  return new TwirpError('malformed', 'failed to read request body', { ...meta, cause });
}

/** @param contentEncoding as it came @param known the codings there are */
export function unknownCoding(contentEncoding: string, known: string): TwirpError {
  return new TwirpError('malformed', 'failed to read request body', {
    meta: { cause: `Content-Encoding ${JSON.stringify(contentEncoding)} is not one of ${known}` },
  });
}
