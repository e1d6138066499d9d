import type { FormReader } from './form-reader.ts';

/** What may be set when a message is decoded from binary protobuf. */
export interface DecodeOptions {
  /** Drop fields the schema does not know instead of keeping them for the next encode. Default false. */
  readonly discardUnknown?: boolean;
}

/** What may be set when a message is read from JSON. */
export interface FromJsonOptions {
  /** Refuse unknown fields and duplicate keys (wire.md, JSON). Default false: both are ignored. */
  readonly strict?: boolean;
}

/** What may be set when a message is written as JSON. */
export interface ToJsonOptions {
  /** `proto` writes `user_name`, `camel` writes `userName` (or the field's `json_name`). Default `proto`. */
  readonly jsonNames?: 'proto' | 'camel';
  /** Write fields that hold their default value. Default true, as Twirp v7 does. */
  readonly emitDefaults?: boolean;
  /** Write an unset `data` as `{}`: the message is the top of a business envelope (wire.md, Envelope). */
  readonly envelope?: boolean;
}

/** A value `JSON.parse` can return. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * A message type as generated code exports it, under the message's own name.
 * `M` is the message with every field present, `I` the same with every field optional; an `M` is an `I`.
 */
export interface MessageType<M extends I, I = M> {
  /** Full proto name, for example `user.v0.HelloRequest`. */
  readonly typeName: string;
  /** A message with every field present, filled from `init`. */
  create(init?: I): M;
  /** Binary protobuf. The result may share its buffer with others, as Node's pooled buffers do. */
  encode(message: I): Uint8Array;
  /** @throws {DecodeError} for bytes that are no such message */
  decode(bytes: Uint8Array, options?: DecodeOptions): M;
  /** ProtoJSON as UTF-8 bytes. @throws {EncodeError} for a value JSON cannot hold */
  toJsonBytes(message: I, options?: ToJsonOptions): Uint8Array;
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
}
