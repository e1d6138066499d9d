import { type EnumSchema, type FileDescriptor, type Limits, Schema } from '@pipit/schema';
import { enumType, type EnumType, type MessageType, messageType, Registry } from '../codec/index.ts';
import { dynamicCodec } from './message-codec.ts';
import { spreadNames } from './spread-names.ts';
import type { MessageFunctions, TypeSource } from './type-source.ts';
import { wellKnownFile, wellKnownTypes } from './well-known.ts';

/**
 * The messages of descriptors, without generated code: the same bytes and the same JSON. The descriptors are checked
 * whole; the codec of a message is made when it is first used.
 * @param files in any order; well-known types need not be among them
 * @param limits for descriptors that come from strangers; see `startCounting`
 * @throws {DescriptorError} for descriptors that are not valid, miss an import, or are more than the limits allow
 * @example
 * const types = dynamicTypes(readDescriptorSet(bytes));
 * const HelloRequest = types.message('user.v0.HelloRequest');
 * HelloRequest?.encode(HelloRequest.fromJsonString('{"message":"world"}'));
 */
export function dynamicTypes(files: readonly FileDescriptor[], limits?: Limits): DynamicTypes {
  const options = limits === undefined ? {} : { limits };
  const schema = new Schema(files, { ...options, builtIns: [wellKnownFile] });
  schema.check();
  return new DynamicTypes(schema);
}

/** The messages and enums of a schema, made when they are first asked for: a set costs what is used of it. */
export class DynamicTypes implements TypeSource {
  readonly schema: Schema;
  /** Every message of the schema: what an Any may hold. */
  readonly registry: Registry;
  readonly #messages = new Map<string, MessageType<unknown>>();
  readonly #enums = new Map<EnumSchema, EnumType>();

  constructor(schema: Schema) {
    this.schema = schema;
    this.registry = new DynamicRegistry(this);
  }

  /**
   * A message by its full name; undefined for one that is not there. Its values are opaque: they are made by `decode`,
   * `fromJson` and `fromForm`, and read by `encode` and `toJson`.
   */
  message(fullName: string): MessageType<unknown> | undefined {
    const found = wellKnownTypes.get(fullName) ?? this.#messages.get(fullName);
    if (found !== undefined) return found;
    const declared = this.schema.messages.get(fullName);
    if (declared === undefined) return undefined;
    const codec = dynamicCodec(declared, this);
    const made = messageType(fullName, codec) as unknown as MessageType<unknown>;
    this.#messages.set(fullName, made);
    return made;
  }

  functions(fullName: string): MessageFunctions {
    // The codecs of generated messages take what to merge with, too, though their type does not say so.
    return this.message(fullName)!.codec;
  }

  enum(declared: EnumSchema): EnumType {
    let type = this.#enums.get(declared);
    if (type === undefined) {
      // fromEntries makes own properties, of `__proto__` too.
      const values = declared.descriptor.values.map(({ name, number }) => [name, number] as const);
      const made = enumType(declared.fullName, Object.fromEntries(values));
      type = { ...made, table: spreadNames(made.table) };
      this.#enums.set(declared, type);
    }
    return type;
  }
}

/** Looks nothing up before it is asked for. */
class DynamicRegistry extends Registry {
  readonly #types: DynamicTypes;

  constructor(types: DynamicTypes) {
    super([]);
    this.#types = types;
  }

  override message(typeName: string): ReturnType<Registry['message']> {
    return this.#types.message(typeName);
  }
}
