import type { EnumModel, FileModel, MessageModel, ValueModel } from '../model/types.ts';
import { isWellKnown, TIMESTAMP } from '../model/well-known.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { literal } from './enum-literal.ts';
import type { JsonKeys } from './json-keys.ts';
import { relativeImport, type Imports, type Printer } from './printer.ts';
import { scalarInfo } from './scalars.ts';

const EXTENSIONS = { js: '.js', ts: '.ts', none: '' } as const;

/** How an import of a generated file ends. */
export function extensionOf({ importExtension }: PluginOptions): string {
  return EXTENSIONS[importExtension];
}

/** The context in which every part of a file is printed. */
export interface PrintContext {
  readonly p: Printer;
  readonly imports: Imports;
  readonly file: FileModel;
  readonly options: PluginOptions;
  /** The module of the runtime's codecs. */
  readonly codec: string;
  /** The JSON keys the file's codecs use. */
  readonly keys: JsonKeys;
}

/** A value of the runtime's codecs. */
export function codec(c: PrintContext, name: string): string {
  return c.imports.value(name, c.codec);
}

/** A type of the runtime's codecs. */
export function codecType(c: PrintContext, name: string): string {
  return c.imports.type(name, c.codec);
}

/**
 * The module of what is generated for a .proto file: a file beside the one that imports it, or of the package that it
 * is mapped to.
 */
export function generatedModule(
  file: FileModel,
  stem: string,
  kind: 'pb' | 'json' | 'check' | 'descriptor',
  options: PluginOptions,
): string {
  const mapped = stem === file.stem ? undefined : mappedModule(stem, options);
  return mapped === undefined
    ? relativeImport(file.stem, stem, `.${kind}${extensionOf(options)}`)
    : // What others publish is compiled.
      `${mapped}.${kind}.js`;
}

/** The module that a proto is mapped to, without an ending; undefined where it is not. The longest mapping wins. */
export function mappedModule(stem: string, { mapImports }: PluginOptions): string | undefined {
  const fits = mapImports.filter(({ from }) => (from.endsWith('/') ? stem.startsWith(from) : stem === from));
  const [best] = fits.sort((a, b) => b.from.length - a.from.length);
  return best === undefined ? undefined : best.to + stem.slice(best.from.length);
}

/** The module that holds what was generated for a .proto file. */
export function moduleOf(c: PrintContext, stem: string): string {
  if (c.options.wellKnownTypes === 'import' && isWellKnown(stem)) return `${RUNTIME_PACKAGE}/${stem}`;
  return generatedModule(c.file, stem, 'pb', c.options);
}

/** The module that holds the JSON types of a .proto file. */
export function jsonModuleOf(c: PrintContext, stem: string): string {
  if (c.options.wellKnownTypes === 'import' && isWellKnown(stem)) return `${RUNTIME_PACKAGE}/json/${stem}`;
  return generatedModule(c.file, stem, 'json', c.options);
}

type Named = MessageModel | EnumModel;

/** The type of a message or enum, or another one that goes with it (`initName`), in a `.pb.ts` file. */
export function typeRef(c: PrintContext, type: Named, name: string = type.name): string {
  return type.stem === c.file.stem ? name : importType(c, type, name);
}

/** The const of a message or enum, or a function that goes with it (`$write`, `$enum`), in a `.pb.ts` file. */
export function valueRef(c: PrintContext, type: Named, suffix = ''): string {
  return type.stem === c.file.stem ? type.name + suffix : importValue(c, type, suffix);
}

/** The same for a file that declares no messages itself. */
export function importType(c: PrintContext, type: Named, name: string = type.name): string {
  return c.imports.type(name, moduleOf(c, type.stem));
}

export function importValue(c: PrintContext, type: Named, suffix = ''): string {
  const date = 'isDate' in type ? dateFunctions.get(suffix) : undefined;
  return date === undefined
    ? c.imports.value(type.name + suffix, moduleOf(c, type.stem))
    : c.imports.value(date, `${RUNTIME_PACKAGE}/wkt`);
}

/** The functions for a Timestamp that is a Date; what writes a Timestamp takes a Date as it is. */
const dateFunctions: ReadonlyMap<string, string> = new Map([
  ['$create', 'createDate'],
  ['$read', 'readDate'],
  ['$readJson', 'readJsonDate'],
]);

/** The TypeScript type of one value; `init` is what a message may be made of. */
export function valueTs(c: PrintContext, value: ValueModel, init: boolean): string {
  if (value.kind === 'scalar') return scalarInfo(value).type;
  if (value.kind === 'enum') return typeRef(c, value.type);
  if (init) return initTs(c, value.type);
  return value.type.isDate === true ? dateTs(c) : typeRef(c, value.type);
}

/** The name of a message's Init type. */
export function initTs(c: PrintContext, type: MessageModel): string {
  const init = typeRef(c, type, type.initName);
  if (type.typeName !== TIMESTAMP) return init;
  return `${init} | ${dateTs(c)}`;
}

/** The class of the language, which a type of the file may be called like. */
export function dateTs(c: PrintContext): string {
  const isDeclared = [...c.file.messages, ...c.file.enums].some(({ name }) => name === 'Date');
  return isDeclared ? 'globalThis.Date' : 'Date';
}

/** The key type of a map: object keys are strings, but 32-bit integers may be written as numbers. */
export function keyTs(key: ValueModel): string {
  return key.kind === 'scalar' && scalarInfo(key).type === 'number' ? 'number' : 'string';
}

/** The default of one value. */
export function zero(value: ValueModel): string {
  if (value.kind === 'scalar') return scalarInfo(value).zero;
  // The first value is the default, of an open enum 0.
  if (value.kind === 'enum') return literal(value.type, value.type.values[0]?.number ?? 0);
  return 'undefined';
}
