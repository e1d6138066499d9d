import {
  Checks,
  customOptions,
  DescriptorError,
  type ExtensionSchema,
  type FileSchema,
  Schema,
  withoutPositions,
} from '@pipit/schema';
import { checkEdition } from '../editions.ts';
import type { PluginOptions } from '../options.ts';
import { PluginError } from '../plugin-error.ts';
import type { CodeGeneratorRequest } from '../request.ts';
import { completeMessage, makeExtension } from './message.ts';
import { checkPath, stemOf } from './names.ts';
import { PublicImports } from './public-imports.ts';
import { type DeclaredFile, Registry } from './registry.ts';
import { makeService } from './service.ts';
import type { FileModel } from './types.ts';
import { isWellKnown } from './well-known.ts';

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
  const registry = new Registry(options);
  const files = new Map<string, DeclaredFile>();
  for (const [path, file] of schema.files) {
    checkPath(path);
    if (wanted.has(path)) checkEdition(file);
    files.set(path, registry.declare(file, wanted.has(path)));
  }
  // Imported messages need their fields too: a method's kind comes from its output's.
  const checks = schema.files.has(rulesFile) ? new Checks(schema.files.values()) : undefined;
  for (const { messages, isWanted } of files.values()) {
    for (const [message, model] of messages) {
      completeMessage(message, model, registry, options, isWanted);
      model.checked = checks?.has(message) === true;
      if (model.checked) model.firstCel = checks?.firstCel(message);
    }
  }
  const publicImports = new PublicImports(files);
  const models: FileModel[] = [];
  for (const declared of files.values()) {
    if (!declared.isWanted || (options.wellKnownTypes === 'import' && isFromRuntime(declared))) continue;
    models.push(fileModel(declared, registry, publicImports, checks, options));
  }
  return models;
}

function fileModel(
  declared: DeclaredFile,
  registry: Registry,
  publicImports: PublicImports,
  checks: Checks | undefined,
  options: PluginOptions,
): FileModel {
  const { file } = declared;
  const path = file.descriptor.name;
  const stem = stemOf(path);
  const uses = usedBy(file, registry).filter((used) => used !== stem);
  return {
    path,
    stem,
    package: file.descriptor.package,
    comment: file.source.fileComment,
    // A copy of a well-known type may lie among types of its file's own.
    messages: declared.messages.map(([, model]) => model).filter((model) => model.stem === stem),
    enums: declared.enums.filter((model) => model.stem === stem),
    extensions: declared.extensions
      .filter(([extension]) => !isRule(extension))
      .map(([extension, name]) => makeExtension(extension, name, registry, options.int64)),
    services:
      options.services === 'skip' ? [] : declared.services.map((service) => makeService(service, registry)),
    customOptions: customOptions(file.descriptor.options),
    descriptor: () => withoutPositions(file.descriptor.bytes),
    uses,
    publicStems: publicImports.of(path, uses),
    checks: declared.messages
      .filter(([, { checked }]) => checked)
      .map(([message, model]) => ({
        message: model,
        check: checks!.of(message),
        modelOf: (other) => registry.message(other),
      })),
  };
}

/** A predefined rule is for compilers: no message holds it, and what it extends need not be there as code. */
function isRule({ extendee }: ExtensionSchema): boolean {
  return extendee.file.descriptor.name === rulesFile;
}

/** Reports whether the runtime brings all that a file declares, whatever its path is. */
function isFromRuntime({ file, messages, enums }: DeclaredFile): boolean {
  if (isWellKnown(stemOf(file.descriptor.name))) return true;
  const types = [...messages.map(([, model]) => model), ...enums];
  const others = file.services.length + file.declaredExtensions.length;
  return types.length > 0 && others === 0 && types.every(({ stem }) => isWellKnown(stem));
}

/** The stems of the files whose types a file uses; what it imports for options only may not be there as code. */
function usedBy(file: FileSchema, registry: Registry): string[] {
  const used = new Set<string>();
  const extensions = file.extensions.filter((extension) => !isRule(extension));
  const fields = [...file.messages.flatMap((message) => message.fields), ...extensions];
  for (const { value } of fields) {
    if (value.kind === 'message') used.add(registry.message(value.type).stem);
    if (value.kind === 'enum') used.add(registry.enum(value.type).stem);
  }
  for (const { extendee } of extensions) used.add(registry.message(extendee).stem);
  for (const { methods } of file.services) {
    for (const { input, output } of methods)
      used.add(registry.message(input).stem).add(registry.message(output).stem);
  }
  return [...used].sort();
}
