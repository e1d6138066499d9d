import {
  Checks,
  customOptions,
  DescriptorError,
  type ExtensionSchema,
  type FileSchema,
  Schema,
  withoutPositions,
} from '@pipit/schema';
import type { PluginOptions } from '../options.ts';
import { PluginError } from '../plugin-error.ts';
import type { CodeGeneratorRequest } from '../request.ts';
import { completeMessage, makeExtension } from './message.ts';
import { checkPath, stemOf } from './names.ts';
import { Registry } from './registry.ts';
import { makeService } from './service.ts';
import type { FileModel } from './types.ts';
import { isWellKnown } from './well-known.ts';

/** The paths of a file's syntax and package in source_code_info. */
const fileSyntax = '12';
const filePackage = '2';

/** The file that declares rules: who does not import it has none. */
const rulesFile = 'buf/validate/validate.proto';

/**
 * The files to generate, as plain data.
 * @throws {PluginError} for descriptors that are not valid, and for what cannot be generated
 */
export function buildModel(request: CodeGeneratorRequest, options: PluginOptions): FileModel[] {
  try {
    return modelOf(request, options);
  } catch (error) {
    if (error instanceof DescriptorError) throw new PluginError(error.message, { cause: error });
    throw error;
  }
}

function modelOf(request: CodeGeneratorRequest, options: PluginOptions): FileModel[] {
  const schema = new Schema(request.files);
  const wanted = new Set(request.filesToGenerate);
  for (const path of wanted) {
    if (schema.files.has(path)) continue;
    throw new PluginError(
      `${JSON.stringify(path)} is to be generated, but the request has no such file: the compiler sent an incomplete request`,
    );
  }
  const registry = new Registry();
  const files = [...schema.files].map(([path, file]) => {
    checkPath(path);
    return { path, file, ...registry.declare(file, wanted.has(path)) };
  });
  const checks = schema.files.has(rulesFile) ? new Checks(schema.files.values()) : undefined;
  // Imported messages need their fields too: a method's kind comes from its output's.
  for (const { messages, isWanted } of files) {
    for (const [message, model] of messages) {
      completeMessage(message, model, registry, options.int64, isWanted);
      model.checked = checks?.has(message) === true;
      if (model.checked) model.firstCel = checks?.firstCel(message);
    }
  }
  return files
    .filter(({ isWanted }) => isWanted)
    .filter(({ path }) => options.wellKnownTypes === 'generate' || !isWellKnown(stemOf(path)))
    .map(({ path, file, messages, enums, extensions, services }) => ({
      path,
      stem: stemOf(path),
      package: file.descriptor.package,
      comment: file.source.comment(fileSyntax) || file.source.comment(filePackage),
      messages: messages.map(([, model]) => model),
      enums,
      extensions: extensions
        .filter(([extension]) => !isRule(extension))
        .map(([extension, name]) => makeExtension(extension, name, registry, options.int64)),
      services: options.services === 'skip' ? [] : services.map((service) => makeService(service, registry)),
      customOptions: customOptions(file.descriptor.options),
      descriptor: () => withoutPositions(file.descriptor.bytes),
      uses: usedBy(file).map(stemOf),
      checks: messages
        .filter(([, { checked }]) => checked)
        .map(([message, model]) => ({
          message: model,
          check: checks!.of(message),
          modelOf: (other) => registry.message(other),
        })),
    }));
}

/** A predefined rule is for compilers: no message holds it, and what it extends need not be there as code. */
function isRule({ extendee }: ExtensionSchema): boolean {
  return extendee.file.descriptor.name === rulesFile;
}

/** The paths of the files whose types a file uses; what it imports for options only may not be there as code. */
function usedBy(file: FileSchema): string[] {
  const used = new Set<FileSchema>();
  const extensions = file.extensions.filter((extension) => !isRule(extension));
  const fields = [...file.messages.flatMap((message) => message.fields), ...extensions];
  for (const { value } of fields) if (value.kind !== 'scalar') used.add(value.type.file);
  for (const { extendee } of extensions) used.add(extendee.file);
  for (const { methods } of file.services) {
    for (const { input, output } of methods) used.add(input.file).add(output.file);
  }
  used.delete(file);
  return [...used].map(({ descriptor }) => descriptor.name).sort();
}
