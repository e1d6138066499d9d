export { createFront } from './create-front.ts';
export type { FrontOptions } from './front-options.ts';
