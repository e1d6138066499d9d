export { createFetchHandler, type FetchHandler, type FetchHandlerOptions } from './create-fetch-handler.ts';
export { fetchPlatform, fetchRequest } from './fetch-http-request.ts';
