import { toUtf8 } from '../../codec/utf8.ts';
import { isCode, type Code } from '../../rpc/code.ts';
import type { ResponseHeaders } from '../../rpc/response-headers.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { compressions } from '../compression.ts';
import type { EncodedError, ErrorCaller } from '../http-protocol.ts';
import { mediaTypeOf } from '../media-type.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { jsonType } from '../twirp/content-type.ts';
import { formatOfType, isStreamType } from './content-type.ts';
import { endOfStream } from './end-of-stream.ts';
import { errorJson } from './error-json.ts';
import { trailerHeaders } from './write-response.ts';

/** The HTTP status each code travels under (https://connectrpc.com/docs/protocol#error-codes). */
const httpStatusOf: Readonly<Record<Code, number>> = {
  canceled: 499,
  unknown: 500,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 504,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 400,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
};

export function errorStatus(error: TwirpError, { headers }: Pick<ErrorCaller, 'headers'>): number {
  if (error instanceof RefusedRequestError) return error.httpStatus;
  if (isStreamType(typeOf(headers))) return error.code === 'bad_route' ? 404 : 200;
  return isCode(error.code) ? httpStatusOf[error.code] : 500;
}

function typeOf(headers: ErrorCaller['headers']): string {
  return mediaTypeOf(String(headers['content-type']));
}

export function encodeError(
  error: TwirpError,
  caller: ErrorCaller,
  trailers?: ResponseHeaders,
): EncodedError {
  const type = typeOf(caller.headers);
  const isStream = isStreamType(type) && formatOfType(type) !== undefined;
  return isStream ? streamError(error, caller, type, trailers) : unaryError(error, caller, trailers);
}

/** As a stream that ends before its first message. */
function streamError(
  error: TwirpError,
  caller: ErrorCaller,
  contentType: string,
  trailers: ResponseHeaders | undefined,
): EncodedError {
  const isUnimplemented = error.code === 'unimplemented';
  return {
    status: errorStatus(error, caller),
    contentType,
    headers: isUnimplemented ? [['Connect-Accept-Encoding', compressions]] : [],
    body: endOfStream(error, trailers),
    trailers: undefined,
  };
}

function unaryError(
  error: TwirpError,
  caller: ErrorCaller,
  trailers: ResponseHeaders | undefined,
): EncodedError {
  const headers = trailerHeaders({ trailersSet: trailers });
  if (error.code === 'unimplemented') headers.push(['Accept-Encoding', compressions]);
  if (error instanceof RefusedRequestError && error.httpStatus === 405) headers.push(['Allow', 'POST']);
  return {
    status: errorStatus(error, caller),
    contentType: jsonType,
    headers,
    body: toUtf8(JSON.stringify(errorJson(error))),
    trailers: undefined,
  };
}
