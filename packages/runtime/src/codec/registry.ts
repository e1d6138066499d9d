import { concat } from './bytes.ts';
import { type Extension, fieldNumber, keepExtension, keptFields } from './extension.ts';
import type { JsonReader } from './json-reader.ts';
import type { JsonWriter } from './json-writer.ts';
import type { MessageType } from './message-type.ts';
import type { TypeRegistry } from './options.ts';
import type { Unknown } from './unknown.ts';

// The registry holds types of all kinds and only passes their values from one of their functions to another.
// oxlint-disable typescript/no-explicit-any

type AnyMessageType = MessageType<any, any>;
type AnyExtension = Extension<any, any, any>;

/** The messages an Any may hold, and the extensions JSON may name. */
export class Registry implements TypeRegistry {
  private readonly messages = new Map<string, AnyMessageType>();
  private readonly extensions = new Map<string, AnyExtension>();

  constructor(types: Iterable<AnyMessageType | AnyExtension>) {
    for (const type of types) {
      if ('extendee' in type) this.extensions.set(`[${type.typeName}]`, type);
      else this.messages.set(type.typeName, type);
    }
  }

  /** A message by its full proto name. */
  message(typeName: string): AnyMessageType | undefined {
    return this.messages.get(typeName);
  }

  /** An extension by its JSON key, `[pkg.name]`. */
  extension(key: string, extendee: string): AnyExtension | undefined {
    const found = this.extensions.get(key);
    return found?.extendee === extendee ? found : undefined;
  }

  /** Reads the JSON value of an extension into the fields kept from binary. @param r stands at the extension's key */
  readExtension(key: string, message: Unknown, r: JsonReader): void {
    const extension = this.extensions.get(key)!;
    keepExtension(message, extension, extension.holder.codec.readJson(r).value);
  }

  /** Writes the known extensions among the fields kept from binary as JSON members. */
  writeExtensions(extendee: string, message: Unknown, w: JsonWriter): void {
    const extensions = [...this.extensions.values()].filter((extension) => extension.extendee === extendee);
    if (extensions.length === 0) return;
    // Once for all of them: a message may hold very many unknown fields.
    const byNumber = new Map<number, Uint8Array[]>();
    for (const field of keptFields(message, extensions[0]!)) {
      const number = fieldNumber(field);
      const fields = byNumber.get(number);
      if (fields === undefined) byNumber.set(number, [field]);
      else fields.push(field);
    }
    for (const { number, holder } of extensions) {
      const fields = byNumber.get(number);
      if (fields !== undefined) w.members(() => holder.codec.writeJson(holder.decode(concat(fields)), w));
    }
  }
}

/**
 * Makes a registry of message types and extensions as generated code exports them.
 * @example
 * const json = Event.toJson(event, { registry: createRegistry(Created, Deleted) });
 */
export function createRegistry(...types: readonly (AnyMessageType | AnyExtension)[]): Registry {
  return new Registry(types);
}
