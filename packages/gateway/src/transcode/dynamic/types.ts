import {
  type BinaryReader,
  type BinaryWriter,
  enumType,
  type EnumType,
  type JsonReader,
  type JsonWriter,
  type MessageType,
  messageType,
  Registry,
} from '@pipit/runtime/codec';
import type { EnumSchema, Schema } from '@pipit/schema';
import { dynamicCodec } from './message-codec.ts';
import { spreadNames } from './spread-names.ts';
import { wellKnownTypes } from './well-known.ts';

/** What fields need of the message they hold. Generated code has the same functions. */
export interface MessageFunctions {
  readonly create: () => unknown;
  readonly write: (message: unknown, w: BinaryWriter) => void;
  /** @param before the message to be merged with @param group its field number, for a group */
  readonly read: (r: BinaryReader, end: number, before?: unknown, group?: number) => unknown;
  readonly writeJson: (message: unknown, w: JsonWriter) => void;
  readonly readJson: (r: JsonReader) => unknown;
}

/** The messages and enums of a schema, made when they are first asked for: a set costs what is used of it. */
export class DynamicTypes {
  readonly schema: Schema;
  /** Every message of the schema: what an Any may hold. */
  readonly registry: Registry;
  readonly #messages = new Map<string, MessageType<unknown>>();
  readonly #enums = new Map<EnumSchema, EnumType>();

  constructor(schema: Schema) {
    this.schema = schema;
    this.registry = new DynamicRegistry(this);
  }

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

  /** Of a message that is there. */
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
