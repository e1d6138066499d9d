import type { ResponseHeaders } from '../../rpc/response-headers.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { compressions } from '../compression.ts';
import type { EncodedError, ErrorCaller } from '../http-protocol.ts';
import { mediaTypeOf } from '../media-type.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { formatOfType, typePrefix } from './content-type.ts';
import { errorTrailers } from './status.ts';

const noBody: Uint8Array = new Uint8Array();

/** 200 but for what clients take for no answer of gRPC, and read the status of. */
export function errorStatus(error: TwirpError): number {
  if (error instanceof RefusedRequestError) return error.httpStatus;
  return error.code === 'bad_route' ? 404 : 200;
}

/** Compressions that messages may have, said to every caller of `unimplemented`: his may be why. */
export function acceptHeaders(error: TwirpError): [name: string, value: string][] {
  return error.code === 'unimplemented' ? [['grpc-accept-encoding', compressions]] : [];
}

export function encodeError(
  error: TwirpError,
  { headers, carriesTrailers }: ErrorCaller,
  set?: ResponseHeaders,
): EncodedError {
  const trailers = errorTrailers(error, set);
  const type = mediaTypeOf(String(headers['content-type']));
  return {
    status: errorStatus(error),
    contentType: formatOfType(type) === undefined ? typePrefix : type,
    headers: carriesTrailers === true ? acceptHeaders(error) : asHeaders(trailers),
    body: noBody,
    trailers: carriesTrailers === true ? () => trailers : undefined,
  };
}

/** The form that gRPC has for an answer without a message, for callers to whom no trailers can be sent. */
function asHeaders(trailers: ReturnType<typeof errorTrailers>): [name: string, value: string][] {
  return Object.entries(trailers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
}
