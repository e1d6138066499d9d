/** The client without codecs, and the types of what it sends and gets. */
export { BusinessError } from '../../rpc/business-error.ts';
export { TwirpError } from '../../rpc/twirp-error.ts';
export type { JsonAny, JsonFloat } from '../../codec/json-types.ts';
export type { JsonValue } from '../../codec/message-type.ts';
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
export { forCall } from '../for-call.ts';
export { unwrap, type Envelope } from '../unwrap.ts';
export { readDownload } from '../read-download.ts';
export { serverStream } from '../server-stream.ts';
export { createJsonClient, type JsonClient } from './create-json-client.ts';
export type { JsonDownload, JsonMethod, JsonStreamMethod } from './json-method.ts';
