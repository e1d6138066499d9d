import { DescriptorError } from './descriptor-error.ts';
import type { EnumDescriptor, FileDescriptor, MessageDescriptor, ServiceDescriptor } from './descriptors.ts';
import { type Features, fileFeatures, inherit } from './features.ts';

/** A message that is declared, and what its fields are to be made of. */
export interface DeclaredMessage {
  readonly fullName: string;
  readonly descriptor: MessageDescriptor;
  readonly features: Features;
  readonly file: FileDescriptor;
}

export interface DeclaredEnum {
  readonly fullName: string;
  readonly descriptor: EnumDescriptor;
  readonly closed: boolean;
}

export interface DeclaredService {
  readonly fullName: string;
  readonly descriptor: ServiceDescriptor;
  readonly file: FileDescriptor;
}

/** protoc takes longer ones, but nobody writes them; a nested name holds all those around it. */
const MAX_NAME = 1_000;
/** What one message is made of is looked through whole, each time it is written. */
const MAX_FIELDS = 5_000;
const MAX_ENUM_VALUES = 10_000;

const IDENTIFIER = /^[A-Za-z_]\w*$/;
const PACKAGE = /^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?$/;

/** What is there whether a set declares it or not, and is what it is whatever the set says. */
export interface BuiltIns {
  /** Full names. */
  readonly messages: { has(fullName: string): boolean };
  readonly enums: ReadonlyMap<string, DeclaredEnum>;
}

/** Everything a set declares, by full name without a leading dot. Names are checked: they are written into JSON as they are. */
export class Schema {
  readonly messages: Map<string, DeclaredMessage> = new Map();
  readonly services: Map<string, DeclaredService> = new Map();
  readonly #enums = new Map<string, DeclaredEnum>();
  readonly #builtIns: BuiltIns;
  readonly #names = new Map<string, FileDescriptor>();
  readonly #files = new Set<string>();

  /** @throws {DescriptorError} for bad or double names */
  constructor(files: readonly FileDescriptor[], builtIns: BuiltIns) {
    this.#builtIns = builtIns;
    for (const file of files) {
      // Sets that were put one behind the other hold what all of them import more than once.
      if (this.#files.has(file.name)) continue;
      this.#files.add(file.name);
      this.#declare(file);
    }
  }

  /** The name of a message, without the dot. @throws {DescriptorError} where there is none */
  messageName(typeName: string, file: FileDescriptor, where: string): string {
    const fullName = typeName.startsWith('.') ? typeName.slice(1) : '';
    if (this.#builtIns.messages.has(fullName) || this.messages.has(fullName)) return fullName;
    throw this.#missing(typeName, file, where);
  }

  /** @throws {DescriptorError} where there is none */
  enum(typeName: string, file: FileDescriptor, where: string): DeclaredEnum {
    const fullName = typeName.startsWith('.') ? typeName.slice(1) : '';
    const found = this.#builtIns.enums.get(fullName) ?? this.#enums.get(fullName);
    if (found === undefined) throw this.#missing(typeName, file, where);
    return found;
  }

  /** Why a type is not there: the files that `file` imports and the set does not hold. */
  #missing(typeName: string, file: FileDescriptor, where: string): DescriptorError {
    const imports = file.imports.filter((name) => !this.#files.has(name));
    const why =
      imports.length === 0
        ? `no file of the set declares it`
        : `the set lacks ${shown(imports.join(', '))}, which the file imports (protoc: --include_imports)`;
    return new DescriptorError(
      `${shown(file.name)}: ${shown(where)} is of type ${shown(typeName)}, but ${why}`,
    );
  }

  #declare(file: FileDescriptor): void {
    if (!PACKAGE.test(file.package) || file.package.length > MAX_NAME) {
      throw new DescriptorError(`${shown(file.name)}: ${shown(file.package)} is no package name`);
    }
    const features = fileFeatures(file);
    for (const type of file.enums) this.#declareEnum(file, type, file.package, features);
    for (const type of file.messages) this.#declareMessage(file, type, file.package, features);
    for (const descriptor of file.services) {
      const fullName = this.#claim(file, file.package, descriptor.name);
      for (const { name } of descriptor.methods) checkName(file, fullName, name);
      this.services.set(fullName, { fullName, descriptor, file });
    }
  }

  #declareMessage(
    file: FileDescriptor,
    descriptor: MessageDescriptor,
    scope: string,
    parent: Features,
  ): void {
    const fullName = this.#claim(file, scope, descriptor.name);
    const features = inherit(parent, descriptor.features);
    checkCount(file, fullName, descriptor.fields.length, MAX_FIELDS, 'fields');
    for (const { name } of [...descriptor.fields, ...descriptor.oneofs]) checkName(file, fullName, name);
    this.messages.set(fullName, { fullName, descriptor, features, file });
    for (const type of descriptor.enums) this.#declareEnum(file, type, fullName, features);
    for (const type of descriptor.nested) {
      // Entries of maps are no messages that anything else could hold.
      if (!type.mapEntry) this.#declareMessage(file, type, fullName, features);
    }
  }

  #declareEnum(file: FileDescriptor, descriptor: EnumDescriptor, scope: string, parent: Features): void {
    const fullName = this.#claim(file, scope, descriptor.name);
    checkCount(file, fullName, descriptor.values.length, MAX_ENUM_VALUES, 'values');
    for (const { name } of descriptor.values) checkName(file, fullName, name);
    this.#enums.set(fullName, {
      fullName,
      descriptor,
      closed: inherit(parent, descriptor.features).closedEnum,
    });
  }

  #claim(file: FileDescriptor, scope: string, name: string): string {
    checkName(file, scope, name);
    const fullName = scope === '' ? name : `${scope}.${name}`;
    if (fullName.length > MAX_NAME) {
      throw new DescriptorError(
        `${shown(file.name)}: the name ${shown(fullName)} has more than ${MAX_NAME} characters`,
      );
    }
    const other = this.#names.get(fullName);
    if (other !== undefined) {
      throw new DescriptorError(
        `${shown(fullName)} is declared twice, in ${shown(other.name)} and ${shown(file.name)}: leave one of them out`,
      );
    }
    this.#names.set(fullName, file);
    return fullName;
  }
}

/** What somebody else wrote, cut to a length that fits into a log line. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function checkName(file: FileDescriptor, scope: string, name: string): void {
  if (IDENTIFIER.test(name) && name.length <= MAX_NAME) return;
  const where = scope === '' ? '' : ` in ${shown(scope)}`;
  throw new DescriptorError(`${shown(file.name)}: ${JSON.stringify(shown(name))}${where} is no name`);
}

function checkCount(file: FileDescriptor, name: string, count: number, max: number, what: string): void {
  if (count <= max) return;
  throw new DescriptorError(`${shown(file.name)}: ${shown(name)} has ${count} ${what}, more than ${max}`);
}
