import type { EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor } from '../descriptor.ts';
import { PluginError } from '../plugin-error.ts';
import { type Features, fileFeatures, inherit } from './features.ts';
import { propertyName, safeType, typeName } from './names.ts';
import type { SourceInfo } from './source.ts';
import type { EnumModel, MessageModel } from './types.ts';

// Field numbers of descriptor.proto: they make up the paths of source_code_info.
const FILE_MESSAGE = 4;
const FILE_ENUM = 5;
const MESSAGE_NESTED = 3;
const MESSAGE_ENUM = 4;
const MESSAGE_EXTENSION = 6;
const FILE_EXTENSION = 7;
const ENUM_VALUE = 2;

/** While it is built, a message's fields are still to come: they may be of any other message. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A message that is declared, and what its fields are to be made of. */
export interface DeclaredMessage {
  readonly model: Mutable<MessageModel>;
  readonly descriptor: MessageDescriptor;
  readonly path: readonly number[];
  readonly features: Features;
  readonly source: SourceInfo;
  /** By full proto name, with the leading dot. */
  readonly mapEntries: ReadonlyMap<string, MessageDescriptor>;
}

/** An extension that is declared. */
export interface DeclaredExtension {
  readonly name: string;
  readonly typeName: string;
  readonly field: FieldDescriptor;
  readonly path: readonly number[];
  readonly features: Features;
  readonly source: SourceInfo;
}

/** What a file declares. */
export interface Declared {
  readonly messages: readonly DeclaredMessage[];
  readonly enums: readonly EnumModel[];
  readonly extensions: readonly DeclaredExtension[];
}

/** Every type of a request by its full proto name, with the leading dot: `.user.v0.HelloRequest`. */
export class Registry {
  readonly messages: Map<string, DeclaredMessage> = new Map();
  readonly enums: Map<string, EnumModel> = new Map();

  /** Declares the messages and enums of a file, in their order. */
  declare(file: FileDescriptor, source: SourceInfo): Declared {
    const scope: Scope = {
      stem: stemOf(file.name),
      source,
      protoPrefix: file.package === '' ? '' : `.${file.package}`,
      names: new Map(),
      messages: [],
      enums: [],
      extensions: [],
    };
    const features = fileFeatures(file);
    for (const [i, type] of file.enumType.entries()) {
      this.declareEnum(scope, type, [], [FILE_ENUM, i], features);
    }
    for (const [i, type] of file.messageType.entries()) {
      this.declareMessage(scope, type, [], [FILE_MESSAGE, i], features);
    }
    for (const [i, field] of file.extension.entries()) {
      declareExtension(scope, field, [], [FILE_EXTENSION, i], features);
    }
    // A user's message may be called what an Init type would be; the user's name stands.
    for (const { model } of scope.messages) {
      model.initName = `${model.name}Init`;
      while (scope.names.has(model.initName)) model.initName += '$';
    }
    return scope;
  }

  private declareMessage(
    scope: Scope,
    descriptor: MessageDescriptor,
    outer: readonly string[],
    path: readonly number[],
    parent: Features,
  ): void {
    const names = [...outer, descriptor.name];
    const features = inherit(parent, descriptor.options.features);
    const full = `${scope.protoPrefix}.${names.join('.')}`;
    const mapEntries = new Map<string, MessageDescriptor>();
    const declared: DeclaredMessage = {
      model: {
        typeName: full.slice(1),
        name: claim(scope, names, path),
        initName: '',
        stem: scope.stem,
        comment: scope.source.comment(path),
        deprecated: descriptor.options.deprecated,
        members: [],
        fields: [],
        kind: undefined,
        extendable: descriptor.extensionRange.length > 0,
      },
      descriptor,
      path,
      features,
      source: scope.source,
      mapEntries,
    };
    this.messages.set(full, declared);
    scope.messages.push(declared);
    for (const [i, field] of descriptor.extension.entries()) {
      declareExtension(scope, field, names, [...path, MESSAGE_EXTENSION, i], features);
    }
    for (const [i, type] of descriptor.enumType.entries()) {
      this.declareEnum(scope, type, names, [...path, MESSAGE_ENUM, i], features);
    }
    for (const [i, type] of descriptor.nestedType.entries()) {
      if (type.options.mapEntry) mapEntries.set(`${full}.${type.name}`, type);
      else this.declareMessage(scope, type, names, [...path, MESSAGE_NESTED, i], features);
    }
  }

  private declareEnum(
    scope: Scope,
    descriptor: EnumDescriptor,
    outer: readonly string[],
    path: readonly number[],
    parent: Features,
  ): void {
    const names = [...outer, descriptor.name];
    const full = `${scope.protoPrefix}.${names.join('.')}`;
    const model: EnumModel = {
      typeName: full.slice(1),
      name: claim(scope, names, path),
      stem: scope.stem,
      comment: scope.source.comment(path),
      deprecated: descriptor.options.deprecated,
      closed: inherit(parent, descriptor.options.features).closedEnum,
      values: descriptor.value.map((value, i) => ({
        name: value.name,
        number: value.number,
        comment: scope.source.comment([...path, ENUM_VALUE, i]),
        deprecated: value.options.deprecated,
      })),
    };
    this.enums.set(full, model);
    scope.enums.push(model);
  }
}

interface Scope {
  readonly stem: string;
  readonly source: SourceInfo;
  readonly protoPrefix: string;
  /** The proto type and path each TypeScript name of the file was claimed by. */
  readonly names: Map<string, { readonly proto: string; readonly path: readonly number[] }>;
  readonly messages: DeclaredMessage[];
  readonly enums: EnumModel[];
  readonly extensions: DeclaredExtension[];
}

export function stemOf(path: string): string {
  return path.replace(/\.proto$/, '');
}

function declareExtension(
  scope: Scope,
  field: FieldDescriptor,
  outer: readonly string[],
  path: readonly number[],
  features: Features,
): void {
  scope.extensions.push({
    // `Outer_extName`; a field name is no type name, so it is camelCased like a field.
    name: claim(scope, [...outer, propertyName(field.name)], path),
    typeName: [scope.protoPrefix.slice(1), ...outer, field.name].filter((part) => part !== '').join('.'),
    field,
    path,
    features,
    source: scope.source,
  });
}

function claim(scope: Scope, names: readonly string[], path: readonly number[]): string {
  const name = safeType(typeName(names));
  const proto = names.join('.');
  const other = scope.names.get(name);
  if (other !== undefined) {
    throw new PluginError(
      `${scope.source.at(path)}: ${proto} and ${other.proto} (${scope.source.at(other.path)}) are both called ${name} in TypeScript. Rename one of them`,
    );
  }
  scope.names.set(name, { proto, path });
  return name;
}
