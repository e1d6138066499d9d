import { toUtf8 } from '../../codec/utf8.ts';
import { BodyTooLargeError } from '../../rpc/body-too-large.ts';
import type { CallContext } from '../../rpc/call-context.ts';
import { isCode, type Code } from '../../rpc/code.ts';
import { propertyOf } from '../../rpc/property-of.ts';
import { textOf } from '../../rpc/text-of.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import type { EncodedError } from '../http-protocol.ts';
import { httpResponse, type HttpResponse } from '../http-response.ts';
import { jsonType } from './content-type.ts';

/** The HTTP status each code travels under (wire.md, Errors; Twirp v7). */
export const httpStatusOf: Readonly<Record<Code, number>> = {
  canceled: 408,
  unknown: 500,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 408,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
};

/** The HTTP status an error travels under: its code's, but for a body over the limit. */
export function errorStatus(error: TwirpError): number {
  if (error instanceof BodyTooLargeError) return 413;
  const { code } = error;
  return isCode(code) ? httpStatusOf[code] : 500;
}

/** Longer texts are cut, as Twirp's Go server does; in UTF-16 code units. */
const longestMsg = 1_000_000;

/**
 * An error's JSON body. Nothing but `code`, `msg` and a `meta` of strings: Go clients refuse any other key or value.
 * Never throws for what `msg` or a value of `meta` is.
 */
export function errorBody(error: TwirpError): Uint8Array {
  const { code, msg, meta } = error;
  const body = { code: isCode(code) ? code : 'internal', msg: textOf(msg).slice(0, longestMsg) };
  const keys = typeof meta === 'object' && meta !== null ? Object.keys(meta) : [];
  const entries = keys.map((key) => [key, textOf(propertyOf(meta, key)).slice(0, longestMsg)]);
  // `fromEntries` makes own properties, so that a key `__proto__` is sent and not obeyed.
  const full = entries.length === 0 ? body : { ...body, meta: Object.fromEntries(entries) as object };
  return toUtf8(JSON.stringify(full));
}

export function encodeError(error: TwirpError): EncodedError {
  const body = errorBody(error);
  return { status: errorStatus(error), contentType: jsonType, headers: [], body, trailers: undefined };
}

export function writeError(call: CallContext, error: TwirpError): HttpResponse<Uint8Array> {
  return httpResponse(call, errorStatus(error), jsonType, errorBody(error));
}
