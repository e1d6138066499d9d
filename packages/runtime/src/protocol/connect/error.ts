import { toUtf8 } from '../../codec/utf8.ts';
import { isCode, type Code } from '../../rpc/code.ts';
import type { ResponseHeaders } from '../../rpc/response-headers.ts';
import { textOf } from '../../rpc/text-of.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { unpaddedBase64 } from '../bytes.ts';
import { compressions } from '../compression.ts';
import { detailsOf, longestText } from '../error-details.ts';
import type { EncodedError, ErrorCaller } from '../http-protocol.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { jsonType } from '../twirp/content-type.ts';
import { connectName } from './code.ts';
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

function connectCode(error: TwirpError): string {
  if (error instanceof RefusedRequestError) return 'unknown';
  return isCode(error.code) ? connectName(error.code) : 'internal';
}

export function errorStatus(error: TwirpError): number {
  if (error instanceof RefusedRequestError) return error.httpStatus;
  return isCode(error.code) ? httpStatusOf[error.code] : 500;
}

/** An error as JSON, for a body and for the end of a stream. Never throws for what the error holds. */
function errorJson(error: TwirpError): object {
  const details = detailsOf(error).map(({ type, value }) => ({ type, value: unpaddedBase64(value) }));
  const body = { code: connectCode(error), message: textOf(error.msg).slice(0, longestText) };
  return details.length === 0 ? body : { ...body, details };
}

export function encodeError(
  error: TwirpError,
  _caller: ErrorCaller,
  trailers?: ResponseHeaders,
): EncodedError {
  const headers = trailerHeaders({ trailersSet: trailers });
  if (error.code === 'unimplemented') headers.push(['Accept-Encoding', compressions]);
  if (error instanceof RefusedRequestError && error.httpStatus === 405) headers.push(['Allow', 'POST']);
  return {
    status: errorStatus(error),
    contentType: jsonType,
    headers,
    body: toUtf8(JSON.stringify(errorJson(error))),
    trailers: undefined,
  };
}
