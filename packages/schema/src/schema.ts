import type { EnumSchema, FileSchema, MessageSchema, ServiceSchema } from './declarations.ts';
import { Declarations } from './declare.ts';
import type { FileDescriptor } from './descriptors.ts';
import type { Limits } from './limits.ts';

/** How a schema is made. */
export interface SchemaOptions {
  /** For files that come from strangers; default none. */
  readonly limits?: Limits;
  /** Files that are there whether the set holds them or not, and are what they are whatever the set says. */
  readonly builtIns?: readonly FileDescriptor[];
}

/**
 * The declarations of descriptor files, by full name without a leading dot. Names are checked at once; fields and
 * methods are made, and checked, when they are first asked for.
 * @example
 * const schema = new Schema(readDescriptorSet(bytes));
 * schema.services.get('user.v0.Echo')?.methods.map(({ name, comment }) => [name, comment]);
 */
export class Schema {
  readonly #declared: Declarations;

  /** @throws {DescriptorError} for names that are not valid or are declared twice, and for more than the limits allow */
  constructor(files: readonly FileDescriptor[], { limits, builtIns = [] }: SchemaOptions = {}) {
    this.#declared = new Declarations(limits);
    for (const file of builtIns) this.#declared.declareFile(file);
    this.#declared.sealBuiltIns();
    for (const file of files) this.#declared.declareFile(file);
  }

  /** By path, in their order, each once. */
  get files(): ReadonlyMap<string, FileSchema> {
    return this.#declared.files;
  }

  get messages(): ReadonlyMap<string, MessageSchema> {
    return this.#declared.messages;
  }

  get enums(): ReadonlyMap<string, EnumSchema> {
    return this.#declared.enums;
  }

  get services(): ReadonlyMap<string, ServiceSchema> {
    return this.#declared.services;
  }

  /**
   * Checks what is otherwise checked when it is first asked for: all fields and methods, but no extensions. Fields are
   * not kept.
   * @throws {DescriptorError}
   */
  check(): void {
    for (const message of this.messages.values()) this.#declared.fieldsOf(message);
    // The methods stay: they are few.
    for (const service of this.services.values()) void service.methods;
  }
}
