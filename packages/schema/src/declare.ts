import {
  type DeclaredExtension,
  EnumSchema,
  type ExtensionSchema,
  type FieldSchema,
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
import type { Limits } from './limits.ts';
import { isIdentifier, isPackageName } from './names.ts';

const noLimits: Omit<Limits, 'bytes' | 'declarations'> = {
  name: Infinity,
  fields: Infinity,
  enumValues: Infinity,
};

/** The declarations of files by full name, while and after they are collected. */
export class Declarations implements TypeLookup {
  readonly files: Map<string, FileSchema> = new Map();
  readonly messages: Map<string, MessageSchema> = new Map();
  readonly enums: Map<string, EnumSchema> = new Map();
  readonly services: Map<string, ServiceSchema> = new Map();
  readonly #limits: typeof noLimits;
  /** The file that declares a name. */
  readonly #names = new Map<string, FileDescriptor>();
  #builtIns: ReadonlySet<string> = new Set();

  constructor(limits: Limits | undefined) {
    this.#limits = limits ?? noLimits;
  }

  /** From now on nothing else can be called as what is declared. */
  sealBuiltIns(): void {
    this.#builtIns = new Set(this.#names.keys());
  }

  messageOf(typeName: string, by: Reference): MessageSchema {
    return this.#typeOf(this.messages, typeName, by);
  }

  enumOf(typeName: string, by: Reference): EnumSchema {
    return this.#typeOf(this.enums, typeName, by);
  }

  fieldsOf(message: MessageSchema): readonly FieldSchema[] {
    return fieldsOf(message, this);
  }

  extensionOf(declared: DeclaredExtension): ExtensionSchema {
    return extensionOf(declared, this);
  }

  #typeOf<T>(types: ReadonlyMap<string, T>, typeName: string, { file, path, fullName }: Reference): T {
    const found = typeName.startsWith('.') ? types.get(typeName.slice(1)) : undefined;
    if (found !== undefined) return found;
    const imports = file.descriptor.imports.filter((name) => !this.files.has(name));
    const why =
      imports.length === 0
        ? `no file of the set declares it`
        : `the set lacks ${shown(imports.join(', '))}, which the file imports (protoc: --include_imports)`;
    const where = file.source.at(path);
    throw new DescriptorError(`${where}: ${shown(fullName)} is of type ${shown(typeName)}, but ${why}`);
  }

  /** @throws {DescriptorError} */
  declareFile(descriptor: FileDescriptor): void {
    // Sets that were put one behind the other hold what all of them import more than once.
    if (this.files.has(descriptor.name)) return;
    const file = new FileSchema(descriptor, this);
    this.#checkLength(file, descriptor.name);
    this.#checkLength(file, descriptor.package);
    if (!isPackageName(descriptor.package)) {
      throw wrong(file, `${shown(descriptor.package)} is not a valid package name`);
    }
    this.files.set(descriptor.name, file);
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
    const message = new MessageSchema(descriptor, path, inner, this);
    this.messages.set(fullName, message);
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
    this.enums.set(scope.fullName, type);
    scope.file.enums.push(type);
  }

  #declareService(descriptor: ServiceDescriptor, outer: Scope, path: string): void {
    const scope = this.#claim(outer, descriptor.name);
    if (scope === undefined) return;
    this.#checkNames(scope, descriptor.methods);
    const service = new ServiceSchema(descriptor, path, scope, this);
    this.services.set(scope.fullName, service);
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
