import { fileURLToPath } from 'node:url';

/** The generator as a library: `generate(decodeRequest(bytes))`, for tools that run the compiler themselves. */
export { describe, generate, type OutputFile } from './generate.ts';
export type { FileModel, MethodModel, ServiceModel } from './model/types.ts';
export { isWellKnown } from './model/well-known.ts';
export { PluginError } from './plugin-error.ts';
export { type CodeGeneratorRequest, decodeRequest } from './request.ts';

/**
 * The folder with `buf/validate/validate.proto`, which protos with rules import: an import path for compilers.
 * @example protoc([`--proto_path=${rulesProtoPath}`, …]);
 */
export const rulesProtoPath: string = fileURLToPath(new URL('../proto/', import.meta.url));
