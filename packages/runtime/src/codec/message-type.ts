import type { BinaryReader } from './binary-reader.ts';
import type { BinaryWriter } from './binary-writer.ts';
import type { FormReader } from './form-reader.ts';
import type { JsonReader } from './json-reader.ts';
import type { JsonWriter } from './json-writer.ts';
import type { DecodeOptions, FromJsonOptions, ToJsonOptions } from './options.ts';

/** A value `JSON.parse` can return. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * A message type as generated code exports it, under the message's own name.
 * `M` is the message with every field present, `I` the same with every field optional; an `M` is an `I`.
 */
export interface MessageType<M, I = M> {
  /** Full proto name, for example `user.v0.HelloRequest`. */
  readonly typeName: string;
  /** A message with every field present, filled from `init`. */
  create(init?: I): M;
  /** Binary protobuf. The result may share its buffer with others, as Node's pooled buffers do. */
  encode(message: I): Uint8Array<ArrayBuffer>;
  /** @throws {DecodeError} for bytes that are no such message */
  decode(bytes: Uint8Array, options?: DecodeOptions): M;
  /** ProtoJSON as UTF-8 bytes. @throws {EncodeError} for a value JSON cannot hold */
  toJsonBytes(message: I, options?: ToJsonOptions): Uint8Array<ArrayBuffer>;
  /** @throws {EncodeError} */
  toJsonString(message: I, options?: ToJsonOptions): string;
  /** @throws {EncodeError} */
  toJson(message: I, options?: ToJsonOptions): JsonValue;
  /** @throws {DecodeError} naming the path, for example `items[3].price: expected int32, got "x"` */
  fromJsonBytes(json: Uint8Array, options?: FromJsonOptions): M;
  /** @throws {DecodeError} */
  fromJsonString(json: string, options?: FromJsonOptions): M;
  /** @throws {DecodeError} */
  fromJson(json: JsonValue, options?: FromJsonOptions): M;
  /** @throws {FormError} naming the field */
  fromForm(form: FormReader): M;
  /** The generated functions, for codecs that hold others (Any, extensions). */
  readonly codec: MessageCodec<M, I>;
}

/** The functions that are generated for one message. Each function only knows its own kind of reader or writer. */
export interface MessageCodec<M, I> {
  readonly create: (init?: I) => M;
  readonly write: (message: I, w: BinaryWriter) => void;
  readonly read: (r: BinaryReader, end: number) => M;
  readonly writeJson: (message: I, w: JsonWriter) => void;
  readonly readJson: (r: JsonReader) => M;
  readonly readForm: (form: FormReader) => M;
  /** The JSON of the message is a value of its own and not an object of fields, as Timestamp's is. */
  readonly jsonValue?: boolean;
}
