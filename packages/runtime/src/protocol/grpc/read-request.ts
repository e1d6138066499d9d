import type { CallContext } from '../../rpc/call-context.ts';
import type { Invocation } from '../../rpc/protocol.ts';
import { internal } from '../../rpc/twirp-errors.ts';
import type { MessageFormat } from '../connect/content-type.ts';
import { acceptsGzip, gunzip, isGzip, largestCompressed } from '../compression.ts';
import { frameHeadBytes, onlyFrame } from '../frame.ts';
import { mediaTypeOf } from '../media-type.ts';
import { RefusedRequestError } from '../refused-request.ts';
import { noHandler } from '../twirp/bad-route.ts';
import { decodeRequest } from '../twirp/read-request.ts';
import { formatOfType } from './content-type.ts';

/** A request that gRPC admits, or gRPC-Web. */
export interface GrpcInvocation extends Invocation {
  /** Of the request, and of its answer. */
  readonly type: string;
  readonly format: MessageFormat;
  readonly isGzip: boolean;
  readonly acceptsGzip: boolean;
}

/** @throws {TwirpError} where the request is not one of gRPC over HTTP/2 */
export function admit(call: CallContext): GrpcInvocation {
  if (call.http.carriesTrailers !== true) throw needsTrailers();
  return admitFramed(call, formatOfType);
}

/** 505 for a call of gRPC over a version of HTTP that has no trailers here. */
export function needsTrailers(): RefusedRequestError {
  return new RefusedRequestError(
    505,
    'gRPC needs HTTP/2, for the trailers: call over HTTP/2, or by gRPC-Web or Connect',
  );
}

/**
 * Looks at what gRPC and gRPC-Web have in common: verb, path, type, compression.
 * @throws {RefusedRequestError} 405, 415
 * @throws {TwirpError} `bad_route`, `unimplemented` for an unknown compression
 */
export function admitFramed(
  call: CallContext,
  formatOf: (type: string) => MessageFormat | undefined,
): GrpcInvocation {
  const { verb, route, http } = call;
  const { headers, bodyLimit } = http;
  if (verb !== 'POST') throw new RefusedRequestError(405, `${verb} does not call this method: send POST`);
  const type = mediaTypeOf(String(headers['content-type']));
  const format = formatOf(type);
  if (format === undefined) {
    throw new RefusedRequestError(
      415,
      `Content-Type ${JSON.stringify(type)} is not supported: +proto and +json are`,
    );
  }
  if (route === undefined) throw noHandler(call.config.routes, verb, call.rawPath);
  const compressed = isGzip(headers, 'grpc-encoding');
  return {
    route,
    body: undefined,
    largestBody: largestFramed(compressed, bodyLimit),
    type,
    format,
    isGzip: compressed,
    acceptsGzip: acceptsGzip(headers['grpc-accept-encoding']),
  };
}

/** @throws {TwirpError} */
export function readRequest(
  call: CallContext,
  { route, format, isGzip }: GrpcInvocation,
  body: Uint8Array,
): unknown {
  const message = unaryMessage(body, isGzip, call.http.bodyLimit);
  call.requestBytes = message.length;
  return decodeRequest(route.method.input, format, message, undefined, call.config.fromJson);
}

/** The largest body of a call with one message. @param limit of the message, in bytes */
export function largestFramed(isGzip: boolean, limit: number): number {
  return frameHeadBytes + (isGzip ? largestCompressed(limit) : limit);
}

/**
 * The one message of a unary call.
 * @param isGzip of the frames that are flagged as compressed
 * @param limit the largest message, in bytes
 * @throws {TwirpError} `unimplemented` for none or several, `malformed`, `internal` for a flag without a compression
 * @throws {BodyTooLargeError}
 */
export function unaryMessage(
  body: Uint8Array,
  isGzip: boolean,
  limit: number,
  header = 'grpc-encoding',
): Uint8Array {
  const { flags, payload } = onlyFrame(body, isGzip ? largestCompressed(limit) : limit);
  if (flags === 0) return payload;
  if (!isGzip) throw internal(`the message is flagged as compressed, and ${header} does not say how`);
  return gunzip(payload, limit);
}
