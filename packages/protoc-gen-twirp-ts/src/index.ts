/** The generator as a library: `generate(decodeRequest(bytes))`, for tools that run the compiler themselves. */
export type { CodeGeneratorRequest } from './descriptor.ts';
export { generate, type OutputFile } from './generate.ts';
export { PluginError } from './plugin-error.ts';
export { decodeRequest } from './request.ts';
