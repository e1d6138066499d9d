import type { CallContext } from '../../rpc/call-context.ts';
import type { Protocol } from '../../rpc/protocol.ts';
import { moreTrailers } from '../grpc/status.ts';
import { httpResponse, type HttpResponse } from '../http-response.ts';
import { noHandler } from '../twirp/bad-route.ts';
import { protobufType } from '../twirp/content-type.ts';
import { errorStatus } from '../twirp/error.ts';
import { decodeRequest } from '../twirp/read-request.ts';
import { timeoutOf } from '../twirp/timeout.ts';

const noBody: Uint8Array = new Uint8Array();

/**
 * Messages alone: a protobuf message comes in and one goes out, a download too, and an error is told by who carries
 * them. Hooks see the status that Twirp would have. The carrier chooses it; no request says that it speaks it.
 */
export const bareMessage: Protocol<HttpResponse<Uint8Array>> = {
  name: 'bare-message',
  atRoot: false,
  timeoutOf,
  admit({ route, config, verb, rawPath }) {
    if (route === undefined) throw noHandler(config.routes, verb, rawPath);
    return { route, body: undefined };
  },
  readRequest: (call, { route }, body) =>
    decodeRequest(route.method.input, 'protobuf', body, undefined, call.config.fromJson),
  writeResponse: (call, { route }, message) => response(call, 200, route.method.output.encode(message)),
  errorStatus,
  writeError: (call: CallContext, error) => response(call, errorStatus(error), noBody),
};

/** Trailers and details go as gRPC has them. */
function response(call: CallContext, status: number, body: Uint8Array): HttpResponse<Uint8Array> {
  const trailers = moreTrailers(call.trailersSet, call.error);
  return httpResponse(call, status, protobufType, body, trailers && (() => trailers));
}
