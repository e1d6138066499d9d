/** The client in protobuf that has only the codecs of the methods it calls. */
export { BusinessError } from '../../rpc/business-error.ts';
export { TwirpError } from '../../rpc/twirp-error.ts';
export { DecodeError, EncodeError } from '../../codec/errors.ts';
export type { CallOptions, StreamOptions } from '../call-options.ts';
export type {
  CalledMethod,
  ClientCall,
  ClientHooks,
  ClientInterceptor,
  ClientProtocol,
  HeadersLike,
  JsonClientOptions,
} from '../client-options.ts';
export type { CallerContext } from '../caller-context.ts';
export { connect, type ConnectOptions } from '../connect/index.ts';
export { downloadOf } from '../download-of.ts';
export { forCall } from '../for-call.ts';
export { unwrap, type Envelope } from '../unwrap.ts';
export { serverStream } from '../server-stream.ts';
export { createProtobufClient, type ProtobufClient } from './create-protobuf-client.ts';
export type { ProtobufMethod, ProtobufStreamMethod } from './protobuf-method.ts';
