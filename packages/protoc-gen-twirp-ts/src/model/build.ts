import type { CodeGeneratorRequest } from '../descriptor.ts';
import type { PluginOptions } from '../options.ts';
import { completeMessage, makeExtension } from './message.ts';
import { type DeclaredMessage, Registry, stemOf } from './registry.ts';
import { makeServices } from './service.ts';
import { SourceInfo } from './source.ts';
import { isWellKnown } from './well-known.ts';
import type { FileModel } from './types.ts';

const FILE_SYNTAX = 12;
const FILE_PACKAGE = 2;

/**
 * The files to generate, as plain data.
 * @throws {PluginError} for what cannot be generated
 */
export function buildModel(request: CodeGeneratorRequest, options: PluginOptions): FileModel[] {
  const registry = new Registry();
  const wanted = new Set(request.fileToGenerate);
  const files = request.protoFile.map((file) => {
    const source = new SourceInfo(file, wanted.has(file.name));
    return { file, source, ...registry.declare(file, source) };
  });
  const complete = (declared: DeclaredMessage): void => completeMessage(declared, registry, options.int64);
  // Imported messages need their fields too: a method's kind comes from its output's.
  for (const { messages } of files) for (const declared of messages) complete(declared);
  return files
    .filter(({ file }) => wanted.has(file.name))
    .filter(({ file }) => options.wellKnownTypes === 'generate' || !isWellKnown(stemOf(file.name)))
    .map(({ file, source, messages, enums, extensions }) => ({
      path: file.name,
      stem: stemOf(file.name),
      package: file.package,
      comment: source.comment([FILE_SYNTAX]) || source.comment([FILE_PACKAGE]),
      messages: messages.map(({ model }) => model),
      enums,
      extensions: extensions.map((extension) =>
        makeExtension(extension, registry, stemOf(file.name), options.int64),
      ),
      services: options.services === 'skip' ? [] : makeServices(file, source, registry),
    }));
}
