import type { EnumSchema } from '@pipit/schema';
import type {
  BinaryReader,
  BinaryWriter,
  EnumType,
  FormReader,
  JsonReader,
  JsonWriter,
} from '../codec/index.ts';

/** The types that codecs of fields hold. */
export interface TypeSource {
  /** Of a message that is there. */
  functions(fullName: string): MessageFunctions;
  enum(declared: EnumSchema): EnumType;
}

/** The functions fields need of the message they hold. Generated code has the same. */
export interface MessageFunctions {
  readonly create: () => unknown;
  readonly write: (message: unknown, w: BinaryWriter) => void;
  /** @param before the message to be merged with @param group its field number, for a group */
  readonly read: (r: BinaryReader, end: number, before?: unknown, group?: number) => unknown;
  readonly writeJson: (message: unknown, w: JsonWriter) => void;
  readonly readJson: (r: JsonReader) => unknown;
  readonly readForm: (form: FormReader) => unknown;
}
