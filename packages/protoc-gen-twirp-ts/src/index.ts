/** The generator as a library: for tools that hold a CodeGeneratorRequest already. */
export type { CodeGeneratorRequest } from './descriptor.ts';
export { generate, type OutputFile } from './generate.ts';
export { PluginError } from './plugin-error.ts';
