import { toUtf8 } from '../../codec/utf8.ts';
import type { ResponseHeaders } from '../../rpc/response-headers.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { endFlag, frameOf } from '../frame.ts';
import { errorJson } from './error-json.ts';

/** The last frame of a stream: the error it ended with, and the trailers. Never throws for what the error holds. */
export function endOfStream(
  error: TwirpError | undefined,
  trailers: ResponseHeaders | undefined,
): Uint8Array {
  const end: { error?: object; metadata?: object } = {};
  if (error !== undefined) end.error = errorJson(error);
  if (trailers !== undefined) {
    end.metadata = Object.fromEntries([...trailers].map(({ name, values }) => [name.toLowerCase(), values]));
  }
  return frameOf(endFlag, toUtf8(JSON.stringify(end)));
}
