/** The generator as a library: `generate(decodeRequest(bytes))`, for tools that run the compiler themselves. */
export type { CodeGeneratorRequest } from './descriptor.ts';
export { describe, generate, type OutputFile } from './generate.ts';
export type { FileModel, MethodModel, ServiceModel } from './model/types.ts';
export { PluginError } from './plugin-error.ts';
export { decodeRequest } from './request.ts';
