export { createLocalClient, type LocalClientOptions } from './create-local-client.ts';
export { localFetch, type LocalOptions } from './local-fetch.ts';
