import type { BinaryReader, BinaryWriter, FormReader, JsonReader, JsonWriter } from '../codec/index.ts';
import type { DynamicMessage } from './message.ts';

/** Reads what follows a field's tag into `message`. @param end of the message */
export type ReadField = (r: BinaryReader, message: DynamicMessage, end: number) => void;
export type ReadJsonField = (r: JsonReader, message: DynamicMessage) => void;

/** The content of one slot of a message: a field, or a oneof with its fields. */
export interface Member {
  /** The content of the slot in a new message. Lists and maps are made when there is something to put into them. */
  readonly initial: unknown;
  /** The name of a field that must be set. */
  readonly required?: string;
  /** By tag. */
  readonly read: readonly (readonly [tag: number, read: ReadField])[];
  /** By field number. */
  readonly readJson: readonly (readonly [number: number, read: ReadJsonField])[];
  readonly write: (message: DynamicMessage, w: BinaryWriter) => void;
  /** @param mark where the message's object starts */
  readonly writeJson: (message: DynamicMessage, w: JsonWriter, mark: number) => void;
  readonly readForm: (form: FormReader, message: DynamicMessage) => void;
}
