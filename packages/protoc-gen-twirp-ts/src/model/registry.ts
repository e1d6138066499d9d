import type { Declaration, EnumSchema, ExtensionSchema, FileSchema, MessageSchema } from '@pipit/schema';
import { propertyName } from '@pipit/schema';
import { PluginError } from '../plugin-error.ts';
import { safeType, stemOf, typeName } from './names.ts';
import type { EnumModel, MessageModel } from './types.ts';

/** While it is built, a message's fields are still to come: they may be of any other message. */
export type MutableMessage = { -readonly [K in keyof MessageModel]: MessageModel[K] };

/** The declarations of a file with the models made of them, in their order. */
interface Declared {
  /** Code is generated for the file: comments are read for those files only. */
  readonly isWanted: boolean;
  readonly messages: readonly (readonly [MessageSchema, MutableMessage])[];
  readonly enums: readonly EnumModel[];
  /** With the name in TypeScript: `Outer_extName`. */
  readonly extensions: readonly (readonly [ExtensionSchema, string])[];
}

/** The models of all messages and enums of a request. */
export class Registry {
  readonly #messages = new Map<MessageSchema, MutableMessage>();
  readonly #enums = new Map<EnumSchema, EnumModel>();

  message(schema: MessageSchema): MessageModel {
    return this.#messages.get(schema)!;
  }

  enum(schema: EnumSchema): EnumModel {
    return this.#enums.get(schema)!;
  }

  /** Names what a file declares. @throws {PluginError} for two declarations of one name in TypeScript */
  declare(file: FileSchema, isWanted: boolean): Declared {
    const names = new Names();
    const stem = stemOf(file.descriptor.name);
    const commentOf = ({ comment }: { readonly comment: string }): string => comment;
    const comment = isWanted ? commentOf : (): string => '';
    const enums = file.enums.map((schema) => {
      const model: EnumModel = {
        typeName: schema.fullName,
        name: names.claim(schema.names, schema),
        stem,
        comment: comment(schema),
        deprecated: schema.deprecated,
        closed: schema.closed,
        values: schema.values.map((value) => ({
          name: value.name,
          number: value.descriptor.number,
          comment: comment(value),
          deprecated: value.deprecated,
        })),
      };
      this.#enums.set(schema, model);
      return model;
    });
    const messages = file.messages.map((schema) => {
      const model: MutableMessage = {
        typeName: schema.fullName,
        name: names.claim(schema.names, schema),
        initName: '',
        stem,
        comment: comment(schema),
        deprecated: schema.deprecated,
        members: [],
        fields: [],
        kind: undefined,
        extendable: schema.descriptor.extendable,
      };
      this.#messages.set(schema, model);
      return [schema, model] as const;
    });
    const extensions = (isWanted ? file.extensions : []).map((schema) => {
      // A field name is not a type name, so it is camelCased like a field.
      const path = [...schema.names.slice(0, -1), propertyName(schema.name)];
      return [schema, names.claim(path, schema)] as const;
    });
    // A user's message may be called what an Init type would be; the user's name stands.
    for (const [, model] of messages) {
      model.initName = `${model.name}Init`;
      while (names.has(model.initName)) model.initName += '$';
    }
    return { isWanted, messages, enums, extensions };
  }
}

type AnyDeclaration = Pick<Declaration<never>, 'file' | 'path'>;

/** The names that a file declares in TypeScript. */
class Names {
  /** The name in the proto, and the place, of the declaration that claimed each. */
  readonly #claims = new Map<string, { readonly proto: string; readonly at: AnyDeclaration }>();

  has(name: string): boolean {
    return this.#claims.has(name);
  }

  claim(path: readonly string[], at: AnyDeclaration): string {
    const name = safeType(typeName(path));
    const proto = path.join('.');
    const other = this.#claims.get(name);
    if (other !== undefined) {
      throw new PluginError(
        `${placeOf(at)}: ${proto} and ${other.proto} (${placeOf(other.at)}) are both called ${name} in TypeScript. Rename one of them`,
      );
    }
    this.#claims.set(name, { proto, at });
    return name;
  }
}

/** `file:line:column` of a declaration. */
export function placeOf({ file, path }: AnyDeclaration): string {
  return file.source.at(path);
}
