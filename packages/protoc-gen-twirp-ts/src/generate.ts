import type { CodeGeneratorRequest } from './request.ts';
import { buildModel } from './model/build.ts';
import type { FileModel } from './model/types.ts';
import { type OwnSettings, parseOptions } from './options.ts';
import { printCheckFile } from './print/check-file.ts';
import { printDescriptorFile } from './print/descriptor-file.ts';
import { printJsonFile } from './print/json-file.ts';
import { printPbFile } from './print/pb-file.ts';
import { printProtobufFile } from './print/protobuf-file.ts';
import { printTwirpFile } from './print/twirp-file.ts';
import { reportImports } from './report-imports.ts';
import { reportStreams } from './report-streams.ts';

/** A file the plugin writes, with its path below the output folder. */
export interface OutputFile {
  readonly name: string;
  /** UTF-8 */
  readonly content: Uint8Array;
}

/**
 * `CodeGeneratorRequest → model → text`, without any I/O.
 * @param warn is told what is left out, `file:line:column: warning: what`
 * @param own is for the runtime's own build
 * @throws {PluginError} for a schema or an option that cannot be generated from
 */
export function generate(
  request: CodeGeneratorRequest,
  warn: (warning: string) => void = () => undefined,
  own: Partial<OwnSettings> = {},
): OutputFile[] {
  const options = parseOptions(request.parameter, own);
  const files: OutputFile[] = [];
  const model = buildModel(request, options);
  reportStreams(model, options, warn);
  reportImports(model, request, options, warn);
  for (const file of model) {
    files.push({ name: `${file.stem}.pb.ts`, content: printPbFile(file, options) });
    if (file.checks.length > 0) {
      files.push({ name: `${file.stem}.check.ts`, content: printCheckFile(file, options) });
    }
    if (file.services.length > 0) {
      files.push({ name: `${file.stem}.twirp.ts`, content: printTwirpFile(file, options) });
    }
    // Rules in CEL read messages by their schema.
    if (
      options.services === 'generate' ||
      file.checks.some(({ message }) => message.firstCel !== undefined)
    ) {
      files.push({ name: `${file.stem}.descriptor.ts`, content: printDescriptorFile(file, options) });
    }
    if (options.jsonClient !== false)
      files.push({ name: `${file.stem}.json.ts`, content: printJsonFile(file, options) });
    if (options.protobufClient && file.services.length > 0)
      files.push({ name: `${file.stem}.protobuf.ts`, content: printProtobufFile(file, options) });
  }
  return files;
}

/**
 * The files a request asks for as plain data, with the names they have in TypeScript; for tools that write code which
 * uses the generated one.
 * @throws {PluginError} as `generate` does
 */
export function describe(request: CodeGeneratorRequest): FileModel[] {
  return buildModel(request, parseOptions(request.parameter));
}
