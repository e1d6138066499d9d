/** The generator as a library: `generate(decodeRequest(bytes))`, for tools that run the compiler themselves. */
export { describe, generate, type OutputFile } from './generate.ts';
export type { FileModel, MethodModel, ServiceModel } from './model/types.ts';
export { PluginError } from './plugin-error.ts';
export { type CodeGeneratorRequest, decodeRequest } from './request.ts';
