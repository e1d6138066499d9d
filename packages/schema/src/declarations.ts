import type {
  EnumDescriptor,
  EnumValueDescriptor,
  FieldDescriptor,
  FileDescriptor,
  MessageDescriptor,
  MethodDescriptor,
  Options,
  ServiceDescriptor,
} from './descriptors.ts';
import { type Features, fileFeatures, inherit } from './features.ts';
import { SourceInfo } from './source-info.ts';

/** The types of a schema, for declarations that refer to others. Everything throws a DescriptorError. */
export interface TypeLookup {
  /** @param by the declaration that refers to it */
  messageOf(typeName: string, by: Reference): MessageSchema;
  /** @param by the declaration that refers to it */
  enumOf(typeName: string, by: Reference): EnumSchema;
  fieldsOf(message: MessageSchema): readonly FieldSchema[];
  extensionOf(declared: DeclaredExtension): ExtensionSchema;
}

/** A declaration that refers to others. */
export interface Reference {
  readonly file: FileSchema;
  readonly path: string;
  readonly fullName: string;
}

/** The place of a declaration. */
export interface Scope {
  readonly file: FileSchema;
  /** The full name of what is around it, or its own. */
  readonly fullName: string;
  /** The same without the package, in parts: `['Outer', 'Inner']`. */
  readonly names: readonly string[];
  readonly features: Features;
}

export interface DeclaredExtension {
  readonly descriptor: FieldDescriptor;
  readonly path: string;
  readonly scope: Scope;
}

/** A .proto file. Its lists hold nested declarations too, outer ones first; the entries of maps are in none. */
export class FileSchema {
  readonly descriptor: FileDescriptor;
  readonly source: SourceInfo;
  readonly features: Features;
  readonly messages: MessageSchema[] = [];
  readonly enums: EnumSchema[] = [];
  readonly services: ServiceSchema[] = [];
  readonly declaredExtensions: DeclaredExtension[] = [];
  readonly #types: TypeLookup;
  #extensions: readonly ExtensionSchema[] | undefined;

  constructor(descriptor: FileDescriptor, types: TypeLookup) {
    this.descriptor = descriptor;
    this.source = new SourceInfo(descriptor);
    this.features = fileFeatures(descriptor);
    this.#types = types;
  }

  /** Made when first asked for. @throws {DescriptorError} where a type is not there */
  get extensions(): readonly ExtensionSchema[] {
    return (this.#extensions ??= this.declaredExtensions.map((declared) =>
      this.#types.extensionOf(declared),
    ));
  }
}

/** The properties of everything that a file declares. */
export abstract class Declaration<D extends { readonly name: string; readonly options: Options }> {
  readonly descriptor: D;
  /** The path in source_code_info, with dots: `4.0.2.1`. */
  readonly path: string;
  readonly file: FileSchema;

  constructor(descriptor: D, path: string, file: FileSchema) {
    this.descriptor = descriptor;
    this.path = path;
    this.file = file;
  }

  get name(): string {
    return this.descriptor.name;
  }

  /** The comments before and after it, without their markers; '' for none. */
  get comment(): string {
    return this.file.source.comment(this.path);
  }

  get deprecated(): boolean {
    return this.descriptor.options.deprecated;
  }
}

export class MessageSchema extends Declaration<MessageDescriptor> {
  /** `user.v0.Outer.Inner` */
  readonly fullName: string;
  /** The name after the names of the messages around it: `['Outer', 'Inner']`. */
  readonly names: readonly string[];
  readonly features: Features;
  readonly #types: TypeLookup;
  #fields: readonly FieldSchema[] | undefined;

  constructor(descriptor: MessageDescriptor, path: string, scope: Scope, types: TypeLookup) {
    super(descriptor, path, scope.file);
    this.fullName = scope.fullName;
    this.names = scope.names;
    this.features = scope.features;
    this.#types = types;
  }

  /** In the order of declaration; made when first asked for. @throws {DescriptorError} where a type is not there */
  get fields(): readonly FieldSchema[] {
    return (this.#fields ??= this.#types.fieldsOf(this));
  }

  /** How an answer of this message is sent, where it is more than a message (wire.md, Download and Envelope). */
  get kind(): 'download' | 'envelope' | undefined {
    return kindOf(this.fields);
  }
}

export class EnumSchema extends Declaration<EnumDescriptor> {
  readonly fullName: string;
  readonly names: readonly string[];
  /** True where numbers it does not name are kept among the unknown fields. */
  readonly closed: boolean;

  constructor(descriptor: EnumDescriptor, path: string, { file, fullName, names, features }: Scope) {
    super(descriptor, path, file);
    this.fullName = fullName;
    this.names = names;
    this.closed = inherit(features, descriptor.options.features).closedEnum;
  }

  get values(): EnumValueSchema[] {
    return this.descriptor.values.map(
      (value, i) => new EnumValueSchema(value, `${this.path}.2.${i}`, this.file),
    );
  }
}

export class EnumValueSchema extends Declaration<EnumValueDescriptor> {}

export class ServiceSchema extends Declaration<ServiceDescriptor> {
  readonly fullName: string;
  readonly #types: TypeLookup;
  #methods: readonly MethodSchema[] | undefined;

  constructor(descriptor: ServiceDescriptor, path: string, { file, fullName }: Scope, types: TypeLookup) {
    super(descriptor, path, file);
    this.fullName = fullName;
    this.#types = types;
  }

  /** Made when first asked for. @throws {DescriptorError} where a message is not there */
  get methods(): readonly MethodSchema[] {
    return (this.#methods ??= this.descriptor.methods.map(
      (method, i) => new MethodSchema(method, `${this.path}.2.${i}`, this, this.#types),
    ));
  }
}

/** MethodOptions.IdempotencyLevel by number. */
const idempotencyLevels = [undefined, 'NO_SIDE_EFFECTS', 'IDEMPOTENT'] as const;

export class MethodSchema extends Declaration<MethodDescriptor> {
  readonly service: ServiceSchema;
  readonly input: MessageSchema;
  readonly output: MessageSchema;

  constructor(descriptor: MethodDescriptor, path: string, service: ServiceSchema, types: TypeLookup) {
    super(descriptor, path, service.file);
    this.service = service;
    this.input = types.messageOf(descriptor.inputType, this);
    this.output = types.messageOf(descriptor.outputType, this);
  }

  get fullName(): string {
    return `${this.service.fullName}.${this.name}`;
  }

  get idempotency(): 'NO_SIDE_EFFECTS' | 'IDEMPOTENT' | undefined {
    return idempotencyLevels[this.descriptor.options.idempotency];
  }
}

export type ScalarName =
  | 'double'
  | 'float'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'fixed64'
  | 'fixed32'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'uint32'
  | 'sfixed32'
  | 'sfixed64'
  | 'sint32'
  | 'sint64';

export interface ScalarType {
  readonly kind: 'scalar';
  readonly scalar: ScalarName;
  readonly checkUtf8: boolean;
}

/** The type of one value of a field. */
export type ValueType =
  | ScalarType
  | { readonly kind: 'enum'; readonly type: EnumSchema }
  | { readonly kind: 'message'; readonly type: MessageSchema; readonly delimited: boolean };

/** All that syntax, edition and options mean for a field. */
export interface FieldMeaning {
  readonly shape: 'singular' | 'repeated' | 'map';
  readonly value: ValueType;
  /** The key of a map. */
  readonly key: ScalarType | undefined;
  /** `implicit` has no difference between unset and zero; messages, members of a oneof and extensions never are. */
  readonly presence: 'explicit' | 'implicit' | 'required';
  readonly packed: boolean;
  /** The declared default as descriptor.proto writes it, a float's with its shortest digits. It has been checked. */
  readonly defaultText: string | undefined;
  /** The proto name of the oneof the field is a member of. */
  readonly oneof: string | undefined;
}

/** The names of a field in JSON and forms. Each key means no other field of its message. */
export interface FieldKeys {
  /** As declared, or else derived of the proto name. */
  readonly jsonName: string;
  /** The proto name; the JSON name where the proto name is another field's JSON name. */
  readonly protoKey: string;
  /** The JSON name; the proto name where two fields have one JSON name. */
  readonly jsonKey: string;
}

export class FieldSchema extends Declaration<FieldDescriptor> implements FieldMeaning, FieldKeys {
  readonly jsonName: string;
  readonly protoKey: string;
  readonly jsonKey: string;
  readonly shape: FieldMeaning['shape'];
  readonly value: ValueType;
  readonly key: ScalarType | undefined;
  readonly presence: FieldMeaning['presence'];
  readonly packed: boolean;
  readonly defaultText: string | undefined;
  readonly oneof: string | undefined;

  constructor(
    descriptor: FieldDescriptor,
    path: string,
    file: FileSchema,
    keys: FieldKeys,
    meaning: FieldMeaning,
  ) {
    super(descriptor, path, file);
    this.jsonName = keys.jsonName;
    this.protoKey = keys.protoKey;
    this.jsonKey = keys.jsonKey;
    this.shape = meaning.shape;
    this.value = meaning.value;
    this.key = meaning.key;
    this.presence = meaning.presence;
    this.packed = meaning.packed;
    this.defaultText = meaning.defaultText;
    this.oneof = meaning.oneof;
  }

  get number(): number {
    return this.descriptor.number;
  }
}

/** A field that extends a message of another place. */
export class ExtensionSchema extends FieldSchema {
  readonly fullName: string;
  readonly names: readonly string[];
  readonly extendee: MessageSchema;

  constructor(
    { descriptor, path, scope }: DeclaredExtension,
    fullName: string,
    extendee: MessageSchema,
    meaning: FieldMeaning,
  ) {
    const key = `[${fullName}]`;
    super(descriptor, path, scope.file, { jsonName: key, protoKey: key, jsonKey: key }, meaning);
    this.fullName = fullName;
    this.names = [...scope.names, descriptor.name];
    this.extendee = extendee;
  }
}

function kindOf(fields: readonly FieldSchema[]): MessageSchema['kind'] {
  // Most messages are told apart by their size.
  if (fields.length < 2 || fields.length > 4) return undefined;
  const rest = new Map(fields.map((field) => [field.name, field]));
  const take = (name: string, type: ScalarName | 'message'): boolean => {
    const field = rest.get(name);
    if (field === undefined || field.shape !== 'singular' || field.oneof !== undefined) return false;
    const { value } = field;
    return (value.kind === 'scalar' ? value.scalar : value.kind) === type && rest.delete(name);
  };
  if (take('code', 'int32') && take('msg', 'string') && take('data', 'message')) {
    return rest.size === 0 ? 'envelope' : undefined;
  }
  if (take('content_type', 'string') && take('data', 'bytes')) {
    take('status', 'int32');
    take('filename', 'string');
    return rest.size === 0 ? 'download' : undefined;
  }
  return undefined;
}
