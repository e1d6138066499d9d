import type { ResponseHeaders } from '../../rpc/response-headers.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { acceptHeaders, errorStatus } from '../grpc/error.ts';
import { errorTrailers } from '../grpc/status.ts';
import type { EncodedError, ErrorCaller } from '../http-protocol.ts';
import { mediaTypeOf } from '../media-type.ts';
import { formatOfType, typePrefix } from './content-type.ts';
import { bodyOf, trailersFrame } from './write-response.ts';

export function encodeError(
  error: TwirpError,
  { headers }: ErrorCaller,
  set?: ResponseHeaders,
): EncodedError {
  const asked = mediaTypeOf(String(headers['content-type']));
  const contentType = formatOfType(asked) === undefined ? typePrefix : asked;
  return {
    status: errorStatus(error),
    contentType,
    headers: acceptHeaders(error),
    body: bodyOf(contentType, trailersFrame(errorTrailers(error, set))),
    trailers: undefined,
  };
}
