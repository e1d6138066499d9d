export type { CallOptions } from './call-options.ts';
export type { ClientCall, ClientHooks, ClientInterceptor, ClientOptions } from './client-options.ts';
export { createClient } from './create-client.ts';
export { unwrap, type Envelope } from './unwrap.ts';
