export { BusinessError } from '../rpc/business-error.ts';
export { TwirpError } from '../rpc/twirp-error.ts';
export type { CallerContext } from './caller-context.ts';
export type { CallOptions, StreamOptions } from './call-options.ts';
export type {
  CalledMethod,
  ClientCall,
  ClientHooks,
  ClientInterceptor,
  ClientOptions,
  ClientProtocol,
  HeadersLike,
} from './client-options.ts';
export { connect, type ConnectOptions } from './connect/index.ts';
export { createClient } from './create-client.ts';
export { forCall } from './for-call.ts';
export { validateRequests } from './validate-requests.ts';
export { unwrap, type Envelope } from './unwrap.ts';
