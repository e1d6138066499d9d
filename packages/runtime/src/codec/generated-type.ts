import { decodeBinary, encodeBinary } from './binary-message.ts';
import { EncodeError } from './errors.ts';
import type { FormReader } from './form-reader.ts';
import { JsonReader } from './json-reader.ts';
import { jsonText } from './json-text.ts';
import { JsonWriter } from './json-writer.ts';
import type { JsonValue, MessageCodec, MessageType } from './message-type.ts';
import type { DecodeOptions, FromJsonOptions, ToJsonOptions } from './options.ts';
import { readUtf8Lenient, toUtf8 } from './utf8.ts';
import { WrongValueError } from './wrong-value.ts';

// Encoding is synchronous and calls no user code, so one serves all messages.
const jsonWriter = new JsonWriter();

class GeneratedType<M extends I, I> implements MessageType<M, I> {
  readonly typeName: string;
  readonly create: (init?: I) => M;
  readonly codec: MessageCodec<M, I>;

  constructor(typeName: string, codec: MessageCodec<M, I>) {
    this.typeName = typeName;
    this.codec = codec;
    this.create = (init) => {
      try {
        return codec.create(init);
      } catch (error) {
        throw this.failed(this.wrongValue(init as I) ?? error);
      }
    };
  }

  encode(message: I): Uint8Array<ArrayBuffer> {
    try {
      return encodeBinary(message, this.codec.write);
    } catch (error) {
      throw this.failed(this.wrongValue(message) ?? error);
    }
  }

  decode(bytes: Uint8Array, options?: DecodeOptions): M {
    return decodeBinary(bytes, this.codec.read, options);
  }

  toJsonBytes(message: I, options?: ToJsonOptions): Uint8Array<ArrayBuffer> {
    jsonWriter.configure(options);
    try {
      this.codec.writeJson(message, jsonWriter);
    } catch (error) {
      const failed = this.failed(located(error));
      jsonWriter.discard();
      throw failed;
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
    if (options?.firstValueOnly !== true) r.finish();
    return message;
  }

  fromJsonString(json: string, options?: FromJsonOptions): M {
    return this.fromJsonBytes(toUtf8(json), options);
  }

  fromJson(json: JsonValue, options?: FromJsonOptions): M {
    return this.fromJsonString(jsonText(json), options);
  }

  fromForm(form: FormReader): M {
    return this.codec.readForm(form);
  }

  /**
   * The error of a message that holds what its schema does not allow: JSON is written with names, so it can say where.
   * @returns undefined where JSON finds nothing wrong, or something else than values
   */
  private wrongValue(message: I): EncodeError | undefined {
    jsonWriter.configure(undefined);
    try {
      this.codec.writeJson(message, jsonWriter);
      return undefined;
    } catch (error) {
      return error instanceof WrongValueError ? (located(error) as EncodeError) : undefined;
    } finally {
      jsonWriter.discard();
    }
  }

  private failed(error: unknown): unknown {
    if (error instanceof EncodeError) return new EncodeError(`${this.typeName}: ${error.message}`);
    if (error instanceof RangeError) {
      return new EncodeError(`${this.typeName}: nested too deeply, or in a circle`, { cause: error });
    }
    return error;
  }
}

/** The error of the JSON writer, with the path it had come to. */
function located(error: unknown): unknown {
  if (!(error instanceof EncodeError)) return error;
  const path = jsonWriter.path();
  return path === '' ? error : new EncodeError(`${path}: ${error.message}`);
}

/**
 * Makes the message type of a generated codec.
 *
 * Its types are said where the constant is declared: to infer them here as well costs the compiler of a large schema
 * five times the instantiations (`test/typescript/instantiations.test.ts`).
 */
// oxlint-disable-next-line typescript/no-explicit-any
export function messageType(typeName: string, codec: MessageCodec<any, any>): MessageType<any, any> {
  return new GeneratedType(typeName, codec);
}
