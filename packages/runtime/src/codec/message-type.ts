import { BinaryReader } from './binary-reader.ts';
import { BinaryWriter } from './binary-writer.ts';
import { EncodeError } from './errors.ts';
import type { FormReader } from './form-reader.ts';
import { JsonReader } from './json-reader.ts';
import { JsonWriter } from './json-writer.ts';
import type { OutputBuffer } from './output-buffer.ts';
import { readUtf8Lenient, toUtf8 } from './utf8.ts';

/** What may be set when a message is decoded from binary protobuf. */
export interface DecodeOptions {
  /** Drop fields the schema does not know instead of keeping them for the next encode. Default false. */
  readonly discardUnknown?: boolean;
}

/** What may be set when a message is read from JSON. */
export interface FromJsonOptions {
  /** Refuse unknown fields and duplicate keys (wire.md, JSON). Default false: both are ignored. */
  readonly strict?: boolean;
  /** Ignore names an enum does not have instead of refusing them. Default false. */
  readonly ignoreUnknownEnums?: boolean;
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
}

/** What the generator writes for one message. */
export interface MessageCodec<M, I> {
  readonly create: (init?: I) => M;
  readonly write: (message: I, w: BinaryWriter) => void;
  readonly read: (r: BinaryReader, end: number) => M;
  readonly writeJson: (message: I, w: JsonWriter) => void;
  readonly readJson: (r: JsonReader) => M;
  readonly readForm: (form: FormReader) => M;
}

// Encoding is synchronous and calls no user code, so one writer of each kind serves all messages.
const binaryWriter = new BinaryWriter();
const jsonWriter = new JsonWriter();

class GeneratedType<M extends I, I> implements MessageType<M, I> {
  readonly typeName: string;
  readonly create: (init?: I) => M;
  private readonly codec: MessageCodec<M, I>;

  constructor(typeName: string, codec: MessageCodec<M, I>) {
    this.typeName = typeName;
    this.codec = codec;
    this.create = codec.create;
  }

  encode(message: I): Uint8Array<ArrayBuffer> {
    try {
      this.codec.write(message, binaryWriter);
    } catch (error) {
      throw this.failed(binaryWriter, error);
    }
    return binaryWriter.finish();
  }

  decode(bytes: Uint8Array, options?: DecodeOptions): M {
    const r = new BinaryReader(bytes, options?.discardUnknown);
    return this.codec.read(r, r.end);
  }

  toJsonBytes(message: I, options?: ToJsonOptions): Uint8Array<ArrayBuffer> {
    jsonWriter.configure(options);
    try {
      this.codec.writeJson(message, jsonWriter);
    } catch (error) {
      throw this.failed(jsonWriter, error);
    }
    return jsonWriter.finish();
  }

  toJsonString(message: I, options?: ToJsonOptions): string {
    const bytes = this.toJsonBytes(message, options);
    return readUtf8Lenient(bytes, 0, bytes.length);
  }

  toJson(message: I, options?: ToJsonOptions): JsonValue {
    return JSON.parse(this.toJsonString(message, options)) as JsonValue;
  }

  fromJsonBytes(json: Uint8Array, options?: FromJsonOptions): M {
    const r = new JsonReader(json, options);
    const message = this.codec.readJson(r);
    r.finish();
    return message;
  }

  fromJsonString(json: string, options?: FromJsonOptions): M {
    return this.fromJsonBytes(toUtf8(json), options);
  }

  fromJson(json: JsonValue, options?: FromJsonOptions): M {
    return this.fromJsonString(JSON.stringify(json), options);
  }

  fromForm(form: FormReader): M {
    return this.codec.readForm(form);
  }

  private failed(output: OutputBuffer, error: unknown): unknown {
    output.discard();
    if (error instanceof EncodeError) return new EncodeError(`${this.typeName}: ${error.message}`);
    if (error instanceof RangeError) {
      return new EncodeError(`${this.typeName}: nested too deeply, or in a circle`, { cause: error });
    }
    return error;
  }
}

/** Makes the message type of a generated codec. */
export function messageType<M extends I, I>(typeName: string, codec: MessageCodec<M, I>): MessageType<M, I> {
  return new GeneratedType(typeName, codec);
}
