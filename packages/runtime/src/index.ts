// For users: what handlers, hooks and callers are written with.
export { BusinessError } from './rpc/business-error.ts';
export type { Code } from './rpc/code.ts';
export type { CalledMethod } from './rpc/called-method.ts';
export type { Context, IncomingHeaders } from './rpc/context.ts';
export type { DeclaredOptions } from './rpc/declared-options.ts';
export { contextKey, type ContextKey } from './rpc/context-key.ts';
export type { Hooks } from './rpc/hooks.ts';
export type { Interceptor } from './rpc/interceptor.ts';
export type { Logger } from './rpc/logger.ts';
export type { Outcome } from './rpc/outcome.ts';
export type { ProtocolName } from './rpc/protocol-name.ts';
export { TwirpError, type ErrorDetail, type TwirpErrorOptions } from './rpc/twirp-error.ts';
export {
  alreadyExists,
  failedPrecondition,
  internal,
  invalidArgument,
  notFound,
  permissionDenied,
  requiredArgument,
  resourceExhausted,
  unauthenticated,
  unavailable,
  unimplemented,
} from './rpc/twirp-errors.ts';
export { violationsError } from './rpc/violations-error.ts';
export { tracked } from './stream/tracked.ts';
export type { ResponseHeaders } from './rpc/response-headers.ts';
export type { CallOptions, StreamOptions } from './client/call-options.ts';
export { DecodeError, EncodeError, FormError, MessageLimitError } from './codec/errors.ts';
export type { JsonValue, MessageType } from './codec/message-type.ts';
export type {} from './codec/options.ts';
export type { DecodeOptions, FromJsonOptions, ReadOptions, ToJsonOptions } from './codec/options.ts';

// For generated code and for libraries built on this one.
export { serverStream } from './client/server-stream.ts';
export type { MethodType } from './rpc/method-type.ts';
export type { FileSource, SchemaSource } from './rpc/schema-source.ts';
export {
  serviceType,
  type MethodOptions,
  type ServedService,
  type ServeOptions,
  type ServiceType,
} from './rpc/service-type.ts';
