import type { CallContext } from '../../rpc/call-context.ts';
import type { Invocation } from '../../rpc/protocol.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';
import { acceptsGzip, gunzip, isGzip, largestCompressed } from '../compression.ts';
import { mediaTypeOf } from '../media-type.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { noHandler } from '../twirp/bad-route.ts';
import { decodeRequest } from '../twirp/read-request.ts';
import { formatOfType, type MessageFormat } from './content-type.ts';
import { readQuery } from './get-query.ts';

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
  const takesGzip = acceptsGzip(headers['accept-encoding']);
  if (verb === 'GET' || verb === 'HEAD') {
    if (!call.allowGet && route.method.idempotency !== 'NO_SIDE_EFFECTS') throw wrongVerb(verb);
    return { route, ...readQuery(http.target), largestBody: undefined, acceptsGzip: takesGzip };
  }
  if (verb !== 'POST') throw wrongVerb(verb);
  const contentType = String(headers['content-type']);
  const format = formatOfType(mediaTypeOf(contentType));
  if (format === undefined) {
    throw new RefusedRequestError(
      415,
      `Content-Type ${JSON.stringify(contentType)} is not supported: application/json and application/proto are`,
    );
  }
  const version = headers['connect-protocol-version'] ?? '1';
  if (version !== '1') {
    throw new TwirpError(
      'invalid_argument',
      `Connect-Protocol-Version ${JSON.stringify(version)} is not known: send 1`,
    );
  }
  const compressed = isGzip(headers, 'content-encoding');
  return {
    route,
    body: undefined,
    largestBody: compressed ? largestCompressed(http.bodyLimit) : http.bodyLimit,
    format,
    isGzip: compressed,
    acceptsGzip: takesGzip,
  };
}

function wrongVerb(verb: string): RefusedRequestError {
  return new RefusedRequestError(405, `${verb} does not call this method: send POST`);
}

/** @throws {TwirpError} */
export function readRequest(call: CallContext, invocation: ConnectInvocation, body: Uint8Array): unknown {
  const { route, format } = invocation;
  const message = invocation.isGzip ? gunzip(body, call.http.bodyLimit) : body;
  call.requestBytes = message.length;
  return decodeRequest(route.method.input, format, message, undefined, call.config.fromJson);
}
