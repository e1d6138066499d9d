/**
 * What a door is made of: for those who bring calls to services, or carry them, by other ways than ours.
 * Not for handlers and hooks; those import `@pipit/runtime`.
 */
export { noHandler, unexpectedContentType, unsupportedVerb } from './rpc/bad-route.ts';
export { BodyTooLargeError } from './rpc/body-too-large.ts';
export { camelCase } from './rpc/camel-case.ts';
export { httpStatusOf, isCode } from './rpc/code.ts';
export { dispatch } from './rpc/dispatch.ts';
export { downloadAnswer, type Download, type DownloadAnswer } from './rpc/download.ts';
export { errorBody } from './rpc/error-body.ts';
export type { Answer, Exchange } from './rpc/exchange.ts';
export { codecOf, formType, jsonType, protobufType, type RequestCodec } from './rpc/media-type.ts';
export { defaultPrefix, normalizePrefix } from './rpc/prefix.ts';
export { decodePath, pathOf, queryOf } from './rpc/request-path.ts';
export { decodeRequest, malformedRequest } from './rpc/request-body.ts';
export {
  jsonOptions,
  type JsonOptions,
  rpcServer,
  type RpcOptions,
  type RpcServer,
} from './rpc/rpc-server.ts';
export { isLegalHeaderValue } from './rpc/response-headers.ts';
export { findTwirpError } from './rpc/twirp-error.ts';
export { traceIdOf } from './rpc/trace-id.ts';
export { isBodiless, longestString } from './server/answer-body.ts';
export { doorOf, type Door, type DoorOptions } from './server/door.ts';
export { endWithBody } from './server/node/end-with-body.ts';
export { onceWritten, onLost } from './server/once-written.ts';
export { defaultBodyLimit, readBody } from './server/read-body.ts';
