export type { CallOptions } from './call-options.ts';
export type {
  CalledMethod,
  ClientCall,
  ClientHooks,
  ClientInterceptor,
  ClientOptions,
} from './client-options.ts';
export { createClient } from './create-client.ts';
export { unwrap, type Envelope } from './unwrap.ts';
