import type { CallContext } from '../../rpc/call-context.ts';
import type { Invocation } from '../../rpc/protocol.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';
import { acceptsGzip, gunzip, isGzip, largestCompressed } from '../compression.ts';
import { largestFramed, unaryMessage } from '../grpc/read-request.ts';
import { mediaTypeOf } from '../media-type.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { noHandler } from '../twirp/bad-route.ts';
import { decodeRequest } from '../twirp/read-request.ts';
import {
  formatOfType,
  isStreamType,
  streamTypeOfFormat,
  typeOfFormat,
  type MessageFormat,
} from './content-type.ts';
import { readQuery } from './get-query.ts';

/** The header that says how the messages of a stream are compressed. */
export const streamEncoding = 'connect-content-encoding';

/** A request that Connect admits. */
export interface ConnectInvocation extends Invocation {
  readonly format: MessageFormat;
  readonly isGzip: boolean;
  readonly acceptsGzip: boolean;
}

/**
 * Looks at verb, path and headers, as Connect's own servers do.
 * @throws {RefusedRequestError} 405, 415
 * @throws {TwirpError} `bad_route`, `unimplemented` for an unknown compression, `invalid_argument` for another version
 */
export function admit(call: CallContext): ConnectInvocation {
  const { verb, route, http } = call;
  const { headers } = http;
  if (route === undefined) throw noHandler(call.config.routes, verb, call.rawPath);
  if (verb === 'GET' || verb === 'HEAD') {
    // Connect's streams are asked for by POST alone.
    const isOpen = call.allowGet || route.method.idempotency === 'NO_SIDE_EFFECTS';
    if (!isOpen || route.isStream) throw wrongVerb(verb);
    const takesGzip = acceptsGzip(headers['accept-encoding']);
    return { route, ...readQuery(http.target), largestBody: undefined, acceptsGzip: takesGzip };
  }
  if (verb !== 'POST') throw wrongVerb(verb);
  const contentType = String(headers['content-type']);
  const type = mediaTypeOf(contentType);
  const format = formatOfType(type);
  const { isStream } = route;
  if (format === undefined || isStreamType(type) !== isStream) {
    const typeOf = isStream ? streamTypeOfFormat : typeOfFormat;
    throw new RefusedRequestError(
      415,
      `Content-Type ${JSON.stringify(contentType)} is not supported: ${typeOf('json')} and ${typeOf('protobuf')} are`,
    );
  }
  const version = headers['connect-protocol-version'] ?? '1';
  if (version !== '1') {
    throw new TwirpError(
      'invalid_argument',
      `Connect-Protocol-Version ${JSON.stringify(version)} is not known: send 1`,
    );
  }
  const compressed = isGzip(headers, isStream ? streamEncoding : 'content-encoding');
  const largest = compressed ? largestCompressed(http.bodyLimit) : http.bodyLimit;
  return {
    route,
    body: undefined,
    largestBody: isStream ? largestFramed(compressed, http.bodyLimit) : largest,
    format,
    isGzip: compressed,
    acceptsGzip: acceptsGzip(headers[isStream ? 'connect-accept-encoding' : 'accept-encoding']),
  };
}

function wrongVerb(verb: string): RefusedRequestError {
  return new RefusedRequestError(405, `${verb} does not call this method: send POST`);
}

/** @throws {TwirpError} */
export function readRequest(call: CallContext, invocation: ConnectInvocation, body: Uint8Array): unknown {
  const { route, format } = invocation;
  const { bodyLimit } = call.http;
  let message = body;
  if (route.isStream) message = unaryMessage(body, invocation.isGzip, bodyLimit, streamEncoding);
  else if (invocation.isGzip) message = gunzip(body, bodyLimit);
  call.requestBytes = message.length;
  return decodeRequest(route.method.input, format, message, undefined, call.config.fromJson);
}
