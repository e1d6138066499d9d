import type { CallContext } from '../../rpc/call-context.ts';
import type { Invocation } from '../../rpc/protocol.ts';
import { internal, invalidArgument } from '../../rpc/twirp-errors.ts';
import type { MessageFormat } from '../connect/content-type.ts';
import { acceptsGzip, gunzip, isGzip, largestCompressed } from '../compression.ts';
import { compressedFlag, frameHeadBytes, onlyFrame, type Frame } from '../frame.ts';
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
  if (call.http.carriesTrailers !== true) {
    throw new RefusedRequestError(
      505,
      'gRPC needs HTTP/2, for the trailers: call over HTTP/2, or by gRPC-Web or Connect',
    );
  }
  return admitFramed(call, formatOfType);
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
    largestBody: frameHeadBytes + (compressed ? largestCompressed(bodyLimit) : bodyLimit),
    type,
    format,
    isGzip: compressed,
    acceptsGzip: acceptsGzip(headers['grpc-accept-encoding']),
  };
}

/** @throws {TwirpError} */
export function readRequest(call: CallContext, invocation: GrpcInvocation, body: Uint8Array): unknown {
  const { bodyLimit } = call.http;
  const frame = onlyFrame(body, invocation.isGzip ? largestCompressed(bodyLimit) : bodyLimit);
  const message = messageIn(frame, invocation, bodyLimit);
  call.requestBytes = message.length;
  return decodeRequest(
    invocation.route.method.input,
    invocation.format,
    message,
    undefined,
    call.config.fromJson,
  );
}

function messageIn({ flags, payload }: Frame, { isGzip }: GrpcInvocation, limit: number): Uint8Array {
  if (flags === 0) return payload;
  if (flags !== compressedFlag)
    throw invalidArgument('the request', `has a frame of unknown flags: ${flags}`);
  if (!isGzip) throw internal('the message is flagged as compressed, and grpc-encoding does not say how');
  return gunzip(payload, limit);
}
