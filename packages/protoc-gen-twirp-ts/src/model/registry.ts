import type {
  Declaration,
  EnumSchema,
  ExtensionSchema,
  FileSchema,
  MessageSchema,
  ServiceSchema,
} from '@pipit/schema';
import { enumPrefix, extensionWish, Names, stemOf, typeWish } from './names.ts';
import type { EnumStyle, PluginOptions } from '../options.ts';
import type { EnumModel, MessageModel } from './types.ts';
import { isWellKnown, TIMESTAMP, wellKnownStem } from './well-known.ts';

/** A model that is being built: a message's fields may be of any other message, a field's name depends on the others. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A service with its names in TypeScript. */
export interface NamedService {
  readonly schema: ServiceSchema;
  readonly name: string;
  readonly clientName: string;
}

/** The declarations of a file with the models made of them, in their order. */
export interface DeclaredFile {
  readonly file: FileSchema;
  /** Code is generated for the file: comments are read for those files only. */
  readonly isWanted: boolean;
  readonly messages: readonly (readonly [MessageSchema, Mutable<MessageModel>])[];
  readonly enums: readonly EnumModel[];
  /** With the name in TypeScript: `Outer_extName`. */
  readonly extensions: readonly (readonly [ExtensionSchema, string])[];
  readonly services: readonly NamedService[];
}

/** The models of all messages and enums of a request. */
export class Registry {
  readonly #options: PluginOptions;
  readonly #messages = new Map<MessageSchema, Mutable<MessageModel>>();
  readonly #enums = new Map<EnumSchema, EnumModel>();

  constructor(options: PluginOptions) {
    this.#options = options;
  }

  message(schema: MessageSchema): MessageModel {
    return this.#messages.get(schema)!;
  }

  /** The message that a field holds. */
  messageOfField(schema: MessageSchema): MessageModel {
    const model = this.message(schema);
    const isDate = this.#options.timestamp === 'date' && model.typeName === TIMESTAMP;
    return isDate ? { ...model, isDate } : model;
  }

  enum(schema: EnumSchema): EnumModel {
    return this.#enums.get(schema)!;
  }

  /** Names what a file declares: the same whether code is wanted for it or not, as others import it. */
  declare(file: FileSchema, isWanted: boolean): DeclaredFile {
    const { enumNames, messageNames, serviceNames, extensionNames, initNames, clientNames } = namesOf(file);
    const isOld = file.descriptor.options.deprecated;
    const commentOf = ({ comment }: { readonly comment: string }): string => comment;
    const comment = isWanted ? commentOf : (): string => '';
    const enums = file.enums.map((schema, i) => {
      const stem = this.#stem(schema);
      const style = this.#styleOf(stem);
      const model: EnumModel = {
        typeName: schema.fullName,
        name: enumNames[i]!,
        stem,
        comment: comment(schema),
        deprecated: schema.deprecated || isOld,
        closed: schema.closed,
        style,
        prefix: style === 'short' ? enumPrefix(schema.names.at(-1)!, schema.values) : '',
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
    const messages = file.messages.map((schema, i) => {
      const model: Mutable<MessageModel> = {
        typeName: schema.fullName,
        name: messageNames[i]!,
        initName: initNames[i]!,
        stem: this.#stem(schema),
        comment: comment(schema),
        deprecated: schema.deprecated || isOld,
        members: [],
        fields: [],
        kind: undefined,
        extendable: schema.descriptor.extendable,
        checked: false,
        firstCel: undefined,
      };
      this.#messages.set(schema, model);
      return [schema, model] as const;
    });
    const extensions = (isWanted ? file.extensions : []).map(
      (schema, i) => [schema, extensionNames[i]!] as const,
    );
    const services = file.services.map((schema, i) => {
      return { schema, name: serviceNames[i]!, clientName: clientNames[i]! };
    });
    return { file, isWanted, messages, enums, extensions, services };
  }

  /** How an enum is seen: those that the runtime brings are made once for all. */
  #styleOf(stem: string): EnumStyle {
    const { wellKnownTypes, enumStyle } = this.#options;
    return wellKnownTypes === 'import' && isWellKnown(stem) ? 'number' : enumStyle;
  }

  /** The stem of the file that code for a type is in. */
  #stem({ file, fullName, names }: MessageSchema | EnumSchema): string {
    const wellKnown = this.#options.wellKnownTypes === 'import' ? wellKnownStem(fullName, names) : undefined;
    return wellKnown ?? stemOf(file.descriptor.name);
  }
}

/** The names of a file's declarations, each list in their order. Its generated files share one scope. */
function namesOf({ enums, messages, services, declaredExtensions }: FileSchema) {
  const names = Names.ofFile();
  const wishes = [
    ...messages.map((schema) => typeWish(schema.names)),
    ...enums.map((schema) => typeWish(schema.names)),
    ...services.map(({ name }) => typeWish([name])),
    ...declaredExtensions.map(({ descriptor, scope }) => extensionWish([...scope.names, descriptor.name])),
  ];
  const claimed = names.claimAll(wishes);
  const take = ({ length }: readonly unknown[]): string[] => claimed.splice(0, length);
  const messageNames = take(messages);
  const enumNames = take(enums);
  const serviceNames = take(services);
  const extensionNames = take(declaredExtensions);
  const initNames = messageNames.map((name) => names.claim(`${name}Init`));
  const clientNames = serviceNames.map((name) => names.claim(`${name}Client`));
  return { enumNames, messageNames, serviceNames, extensionNames, initNames, clientNames };
}

type AnyDeclaration = Pick<Declaration<never>, 'file' | 'path'>;

/** `file:line:column` of a declaration. */
export function placeOf({ file, path }: AnyDeclaration): string {
  return file.source.at(path);
}
