export { createFront } from './create-front.ts';
export { createHealthHandler } from './health-handler.ts';
export type { FrontOptions } from './front-options.ts';
export type { CorsOptions } from './cors.ts';
