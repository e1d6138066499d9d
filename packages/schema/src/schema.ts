import {
  EnumSchema,
  FileSchema,
  MessageSchema,
  type Reference,
  type Scope,
  ServiceSchema,
  type TypeLookup,
} from './declarations.ts';
import { DescriptorError, shown } from './descriptor-error.ts';
import type { EnumDescriptor, FileDescriptor, MessageDescriptor, ServiceDescriptor } from './descriptors.ts';
import { inherit } from './features.ts';
import { extensionOf, fieldsOf } from './fields.ts';
import { isIdentifier, isPackageName } from './names.ts';
import type { Limits } from './read-descriptors.ts';

/** How a schema is made. */
export interface SchemaOptions {
  /** For files that come from strangers; default none. */
  readonly limits?: Limits;
  /** Files that are there whether the set holds them or not, and are what they are whatever the set says. */
  readonly builtIns?: readonly FileDescriptor[];
}

const noLimits: Limits = {
  bytes: Infinity,
  declarations: Infinity,
  name: Infinity,
  fields: Infinity,
  enumValues: Infinity,
};

/**
 * The declarations of descriptor files, by full name without a leading dot. Names are checked at once; fields and
 * methods are made, and checked, when they are first asked for.
 * @example
 * const schema = new Schema(readDescriptorSet(bytes));
 * schema.services.get('user.v0.Echo')?.methods.map(({ name, comment }) => [name, comment]);
 */
export class Schema {
  readonly #files = new Map<string, FileSchema>();
  readonly #messages = new Map<string, MessageSchema>();
  readonly #enums = new Map<string, EnumSchema>();
  readonly #services = new Map<string, ServiceSchema>();
  readonly #types: TypeLookup = {
    messageOf: (typeName, by) => this.#typeOf(this.#messages, typeName, by),
    enumOf: (typeName, by) => this.#typeOf(this.#enums, typeName, by),
    fieldsOf: (message) => fieldsOf(message, this.#types),
    extensionOf: (declared) => extensionOf(declared, this.#types),
  };
  readonly #limits: Limits;
  /** The file that declares a name. */
  readonly #names = new Map<string, FileDescriptor>();
  #builtIns: ReadonlySet<string> = new Set();

  /** @throws {DescriptorError} for names that are not valid or are declared twice, and for more than the limits allow */
  constructor(files: readonly FileDescriptor[], { limits = noLimits, builtIns = [] }: SchemaOptions = {}) {
    this.#limits = limits;
    for (const file of builtIns) this.#declareFile(file);
    this.#builtIns = new Set(this.#names.keys());
    for (const file of files) this.#declareFile(file);
  }

  /**
   * Checks what is otherwise checked when it is first asked for: all fields and methods, but no extensions. Fields are
   * not kept.
   * @throws {DescriptorError}
   */
  check(): void {
    for (const message of this.messages.values()) fieldsOf(message, this.#types);
    // The methods stay: they are few.
    for (const service of this.services.values()) void service.methods;
  }

  /** By path, in their order, each once. */
  get files(): ReadonlyMap<string, FileSchema> {
    return this.#files;
  }

  get messages(): ReadonlyMap<string, MessageSchema> {
    return this.#messages;
  }

  get enums(): ReadonlyMap<string, EnumSchema> {
    return this.#enums;
  }

  get services(): ReadonlyMap<string, ServiceSchema> {
    return this.#services;
  }

  #typeOf<T>(types: ReadonlyMap<string, T>, typeName: string, { file, path, fullName }: Reference): T {
    const found = typeName.startsWith('.') ? types.get(typeName.slice(1)) : undefined;
    if (found !== undefined) return found;
    const imports = file.descriptor.imports.filter((name) => !this.#files.has(name));
    const why =
      imports.length === 0
        ? `no file of the set declares it`
        : `the set lacks ${shown(imports.join(', '))}, which the file imports (protoc: --include_imports)`;
    const where = file.source.at(path);
    throw new DescriptorError(`${where}: ${shown(fullName)} is of type ${shown(typeName)}, but ${why}`);
  }

  #declareFile(descriptor: FileDescriptor): void {
    // Sets that were put one behind the other hold what all of them import more than once.
    if (this.#files.has(descriptor.name)) return;
    const file = new FileSchema(descriptor, this.#types);
    this.#checkLength(file, descriptor.name);
    this.#checkLength(file, descriptor.package);
    if (!isPackageName(descriptor.package)) {
      throw wrong(file, `${shown(descriptor.package)} is not a valid package name`);
    }
    this.#files.set(descriptor.name, file);
    const scope: Scope = { file, fullName: descriptor.package, names: [], features: file.features };
    for (const [i, type] of descriptor.enums.entries()) this.#declareEnum(type, scope, `5.${i}`);
    for (const [i, type] of descriptor.messages.entries()) this.#declareMessage(type, scope, `4.${i}`);
    for (const [i, type] of descriptor.services.entries()) this.#declareService(type, scope, `6.${i}`);
    this.#declareExtensions(descriptor, scope, '7');
  }

  #declareMessage(descriptor: MessageDescriptor, outer: Scope, path: string): void {
    const scope = this.#claim(outer, descriptor.name);
    if (scope === undefined) return;
    const { file, fullName } = scope;
    this.#checkCount(scope, descriptor.fields.length, this.#limits.fields, 'fields');
    this.#checkNames(scope, descriptor.fields);
    this.#checkNames(scope, descriptor.oneofs);
    const inner = { ...scope, features: inherit(outer.features, descriptor.options.features) };
    const message = new MessageSchema(descriptor, path, inner, this.#types);
    this.#messages.set(fullName, message);
    file.messages.push(message);
    this.#declareExtensions(descriptor, inner, `${path}.6`);
    for (const [i, type] of descriptor.enums.entries()) this.#declareEnum(type, inner, `${path}.4.${i}`);
    for (const [i, type] of descriptor.nested.entries()) {
      // The entry of a map is not a message that anything else could hold.
      if (!type.options.mapEntry) this.#declareMessage(type, inner, `${path}.3.${i}`);
    }
  }

  #declareEnum(descriptor: EnumDescriptor, outer: Scope, path: string): void {
    const scope = this.#claim(outer, descriptor.name);
    if (scope === undefined) return;
    this.#checkCount(scope, descriptor.values.length, this.#limits.enumValues, 'values');
    this.#checkNames(scope, descriptor.values);
    const type = new EnumSchema(descriptor, path, scope);
    this.#enums.set(scope.fullName, type);
    scope.file.enums.push(type);
  }

  #declareService(descriptor: ServiceDescriptor, outer: Scope, path: string): void {
    const scope = this.#claim(outer, descriptor.name);
    if (scope === undefined) return;
    this.#checkNames(scope, descriptor.methods);
    const service = new ServiceSchema(descriptor, path, scope, this.#types);
    this.#services.set(scope.fullName, service);
    scope.file.services.push(service);
  }

  #declareExtensions({ extensions }: FileDescriptor | MessageDescriptor, scope: Scope, path: string): void {
    this.#checkNames(scope, extensions);
    for (const [i, descriptor] of extensions.entries()) {
      scope.file.declaredExtensions.push({ descriptor, path: `${path}.${i}`, scope });
    }
  }

  /** @returns the scope of the new declaration; undefined where a built-in one has its name */
  #claim(outer: Scope, name: string): Scope | undefined {
    const { file } = outer;
    this.#checkNames(outer, [{ name }]);
    const fullName = outer.fullName === '' ? name : `${outer.fullName}.${name}`;
    if (this.#builtIns.has(fullName)) return undefined;
    this.#checkLength(file, fullName);
    const other = this.#names.get(fullName);
    if (other !== undefined) {
      throw new DescriptorError(
        `${shown(fullName)} is declared twice, in ${shown(other.name)} and ${shown(file.descriptor.name)}: leave one of them out`,
      );
    }
    this.#names.set(fullName, file.descriptor);
    return { ...outer, fullName, names: [...outer.names, name] };
  }

  #checkNames({ file, fullName }: Scope, declared: readonly { readonly name: string }[]): void {
    for (const { name } of declared) {
      this.#checkLength(file, name);
      if (isIdentifier(name)) continue;
      const where = fullName === '' ? '' : ` in ${shown(fullName)}`;
      throw wrong(file, `${JSON.stringify(shown(name))}${where} is not a valid name`);
    }
  }

  #checkLength(file: FileSchema, name: string): void {
    if (name.length <= this.#limits.name) return;
    throw wrong(file, `the name ${shown(name)} has more than ${this.#limits.name} characters`);
  }

  #checkCount({ file, fullName }: Scope, count: number, max: number, what: string): void {
    if (count > max) throw wrong(file, `${shown(fullName)} has ${count} ${what}, more than ${max}`);
  }
}

function wrong({ descriptor }: FileSchema, what: string): DescriptorError {
  return new DescriptorError(`${shown(descriptor.name)}: ${what}`);
}
