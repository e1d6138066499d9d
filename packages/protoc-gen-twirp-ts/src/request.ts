import { type FileDescriptor, fileShape, readMessage, type Shape } from '@pipit/schema';

/** The parts of google.protobuf.compiler.CodeGeneratorRequest that the plugin reads. */
export interface CodeGeneratorRequest {
  /** Paths of the files that code is wanted for: `user/v0/echo.proto`. */
  readonly filesToGenerate: readonly string[];
  /** The plugin's options: `int64=string,import_extension=ts`. */
  readonly parameter: string;
  /** Those files and all they import, imports first. */
  readonly files: readonly FileDescriptor[];
  /** Paths of other files whose code is there, for who calls the plugin as a library: nobody is told to add them. */
  readonly generatedElsewhere?: readonly string[];
}

/**
 * The request that protoc and buf send to a plugin.
 * @throws {DescriptorError} for bytes that are not a CodeGeneratorRequest
 * @example
 * generate(decodeRequest(readFileSync(0)));
 */
export function decodeRequest(bytes: Uint8Array): CodeGeneratorRequest {
  return readMessage(bytes, requestShape, 'CodeGeneratorRequest');
}

const requestShape: Shape<CodeGeneratorRequest> = {
  empty: () => ({ filesToGenerate: [], parameter: '', files: [] }),
  fields: {
    1: (m, r) => m.filesToGenerate.push(r.string()),
    2: (m, r) => (m.parameter = r.string()),
    15: (m, r) => m.files.push(r.withBytes(fileShape)),
  },
};
