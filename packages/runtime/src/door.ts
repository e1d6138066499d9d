/**
 * The parts of a door: for those who bring calls to services, or carry them, by other ways than ours.
 * Not for handlers and hooks; those import `@pipit/runtime`.
 */
export { bareMessage } from './protocol/bare-message/index.ts';
export { wholeBody, type HttpBody, type HttpResponse } from './protocol/http-response.ts';
export { exposedHeaders } from './protocol/exposed-headers.ts';
export { refuseCrossSite } from './protocol/cross-site.ts';
export { TrustedOrigins } from './rpc/trusted-origins.ts';
export { mediaTypeOf } from './protocol/media-type.ts';
export { CarriedCall } from './protocol/carried-call.ts';
export { isGzip } from './protocol/compression.ts';
export { grpcCode, grpcCodeOf } from './protocol/grpc/code.ts';
export { needsTrailers, unaryMessage } from './protocol/grpc/read-request.ts';
export type { HttpProtocol } from './protocol/http-protocol.ts';
export { largestBody } from './protocol/largest-body.ts';
export { Protocols } from './protocol/protocols.ts';
export { noHandler, unsupportedVerb } from './protocol/twirp/bad-route.ts';
export {
  formType,
  jsonType,
  multipartType,
  protobufType,
  requestCodecOf,
  type RequestCodec,
} from './protocol/twirp/content-type.ts';
export { conditional } from './protocol/twirp/conditional.ts';
export type { Download } from './protocol/twirp/download.ts';
export type { EncodedResponse } from './protocol/twirp/encoded-response.ts';
export { errorBody, errorStatus } from './protocol/twirp/error.ts';
export { twirp, unaryTwirp } from './protocol/twirp/index.ts';
export {
  admittedCodec,
  admitVerb,
  decodeRequest,
  malformedRequest,
  type FormSource,
} from './protocol/twirp/read-request.ts';
export { timeoutOf as twirpTimeoutOf } from './protocol/twirp/timeout.ts';
export { encodeResponse } from './protocol/twirp/write-response.ts';
export { BodyTooLargeError } from './rpc/body-too-large.ts';
export { refuseInvalid } from './rpc/checked-handler.ts';
export { isCode } from './rpc/code.ts';
export type { HttpRequest } from './rpc/http-request.ts';
export { connectionHeaders, isOnceOnly } from './rpc/connection-headers.ts';
export { invoke } from './rpc/invoke.ts';
export { jsonOptions, type JsonOptions } from './rpc/json-options.ts';
export { byMethodPath, camelServiceName } from './rpc/method-paths.ts';
export { defaultPrefix, normalizePrefix } from './rpc/prefix.ts';
export type { Invocation, Protocol } from './rpc/protocol.ts';
export { decodePath, hasHiddenSlash, pathOf, queryOf } from './rpc/request-path.ts';
export { isLegalHeaderValue, ResponseHeaders } from './rpc/response-headers.ts';
export { checkOptions, type OptionNames } from './rpc/known-options.ts';
export { rpcConfig, type RpcConfig, type RpcOptions } from './rpc/rpc-config.ts';
export { servedServices } from './rpc/served-services.ts';
export { traceIdOf } from './rpc/trace-id.ts';
export { findTwirpError } from './rpc/twirp-error.ts';
export { totalLogger } from './rpc/logger.ts';
export { LogPace } from './observe/log-pace.ts';
export { textOf } from './rpc/text-of.ts';
export { bodyOptionsFor, defaultBodyLimit } from './server/body-options.ts';
export { doorOf, doorOptionNames, type Door, type DoorOptions } from './server/door.ts';
export { retireLane } from './server/fast-lane/fast-lane.ts';
export { laneEvent } from './server/fast-lane/lane-connection.ts';
export { laneHandlerOf, serveInLane, type LaneHandler } from './server/fast-lane/lane-handler.ts';
export type { LaneRequest } from './server/fast-lane/lane-request.ts';
export { LaneResponse } from './server/fast-lane/lane-response.ts';
export { endWithBody } from './server/node/end-with-body.ts';
export { breakOff, defaultStallTimeout, loseWhenStalled } from './server/node/lose-when-stalled.ts';
export { isAddressRange } from './server/node/proxy-protocol/address-ranges.ts';
export { onceWritten, onLost } from './server/once-written.ts';
export { readBody } from './server/read-body.ts';
export { isBodiless, refusesBody } from './protocol/bodiless.ts';
export { longestString } from './server/response-body.ts';
