import { internal, type TwirpError } from '@pipit/runtime';
import { DecodeError, EncodeError, type MessageType } from '@pipit/runtime/codec';
import {
  decodeRequest,
  downloadResponse,
  type JsonOptions,
  jsonOptions,
  jsonType,
  malformedRequest,
  protobufType,
  type RequestCodec,
} from '@pipit/runtime/door';
import type { MethodSchema } from '@pipit/schema';
import { type AnswerShape, answerShape } from './dynamic/answer-shape.ts';
import { startCounting } from './dynamic/message.ts';
import type { DynamicTypes } from './dynamic/types.ts';
import type { MethodTranscoder, TranscodedAnswer } from './transcoder.ts';

/** What the runtime's doors do with a body before and after a handler, with the defaults of their options. */
export class DynamicMethod implements MethodTranscoder {
  readonly service: string;
  readonly name: string;
  readonly noSideEffects: boolean;
  readonly #input: MessageType<unknown>;
  readonly #output: MessageType<unknown>;
  readonly #shape: AnswerShape;
  readonly #json: JsonOptions;

  constructor(method: MethodSchema, types: DynamicTypes) {
    this.service = method.service.fullName;
    this.name = method.name;
    this.noSideEffects = method.idempotency === 'NO_SIDE_EFFECTS';
    this.#input = types.message(method.input.fullName)!;
    this.#output = types.message(method.output.fullName)!;
    this.#shape = answerShape(method.output);
    this.#json = jsonOptions({ registry: types.registry });
  }

  toProtobuf(codec: RequestCodec, body: Uint8Array, query: string | undefined): Uint8Array {
    if (codec === 'protobuf') return body;
    startCounting();
    const message = decodeRequest(this.#input, codec, body, query, this.#json.fromJson);
    try {
      return this.#input.encode(message);
    } catch (error) {
      // JSON and forms may leave out what proto2 requires.
      if (error instanceof EncodeError) throw malformedRequest(codec, error);
      throw error;
    }
  }

  toHttp(codec: RequestCodec, payload: Uint8Array): TranscodedAnswer {
    const { kind } = this.#shape;
    if (codec === 'protobuf' && kind !== 'download') {
      return { status: 200, contentType: protobufType, headers: [], body: payload };
    }
    startCounting();
    try {
      const message = this.#output.decode(payload, { discardUnknown: true });
      if (kind === 'download') return downloadResponse(this.#shape.download(message));
      const options = kind === 'envelope' ? this.#json.toEnvelopeJson : this.#json.toJson;
      const body = this.#output.toJsonBytes(message, options);
      return { status: 200, contentType: jsonType, headers: [], body };
    } catch (error) {
      if (error instanceof DecodeError || error instanceof EncodeError) throw this.#unusable(error);
      throw error;
    }
  }

  #unusable(error: Error): TwirpError {
    const text = `the answer of ${this.service}/${this.name} is no usable ${this.#output.typeName}: ${error.message}`;
    return internal(text, { cause: error });
  }
}
