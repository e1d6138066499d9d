import { internal, TwirpError } from '@pipit/runtime';
import { DecodeError, EncodeError, type MessageType } from '@pipit/runtime/codec';
import {
  decodeRequest,
  type Download,
  encodeResponse,
  type EncodedResponse,
  type FormSource,
  type JsonOptions,
  jsonOptions,
  malformedRequest,
  protobufType,
  refuseInvalid,
  type RequestCodec,
  textOf,
} from '@pipit/runtime/door';
import { type DynamicTypes, startCounting } from '@pipit/runtime/dynamic';
import type { StandardChecks } from '@pipit/runtime/dynamic/checks';
import type { MethodSchema } from '@pipit/schema';
import { type AnswerShape, answerShape } from './answer-shape.ts';
import type { MethodTranscoder, TranscoderOptions } from './transcoder.ts';

/** Twirp as the runtime speaks it before and after a handler, with the defaults of its options. */
export class DynamicMethod implements MethodTranscoder {
  readonly service: string;
  readonly name: string;
  readonly noSideEffects: boolean;
  readonly isStream: boolean;
  readonly #input: MessageType<unknown>;
  readonly #output: MessageType<unknown>;
  readonly #shape: AnswerShape;
  readonly #json: JsonOptions;
  readonly #checks: StandardChecks | undefined;

  constructor(
    method: MethodSchema,
    types: DynamicTypes,
    checks: StandardChecks | undefined,
    options: TranscoderOptions,
  ) {
    this.service = method.service.fullName;
    this.name = method.name;
    this.noSideEffects = method.idempotency === 'NO_SIDE_EFFECTS';
    this.isStream = method.descriptor.serverStreaming;
    this.#input = types.message(method.input.fullName)!;
    this.#output = types.message(method.output.fullName)!;
    this.#shape = answerShape(method.output);
    this.#checks = checks;
    this.#json = jsonOptions({ ...options, registry: types.registry });
  }

  get isDownload(): boolean {
    return this.#shape.kind === 'download';
  }

  toProtobuf(codec: RequestCodec, body: Uint8Array, form: FormSource | undefined): Uint8Array {
    if (codec === 'protobuf') return body;
    startCounting();
    const message = decodeRequest(this.#input, codec, body, form, this.#json.fromJson);
    this.#holdToRules(message);
    try {
      return this.#input.encode(message);
    } catch (error) {
      // JSON and forms may leave out what proto2 requires.
      if (error instanceof EncodeError) throw malformedRequest(codec, error);
      throw error;
    }
  }

  #holdToRules(message: unknown): void {
    const { typeName } = this.#input;
    try {
      const check = this.#checks?.of(typeName);
      if (check !== undefined) refuseInvalid(check, message);
    } catch (thrown) {
      if (thrown instanceof TwirpError) throw thrown;
      throw internal(`the rules of ${typeName} cannot be applied: ${textOf(thrown)}`, { cause: thrown });
    }
  }

  toHttp(codec: RequestCodec, payload: Uint8Array): EncodedResponse {
    const { kind } = this.#shape;
    if (codec === 'protobuf' && kind !== 'download') {
      return { status: 200, contentType: protobufType, headers: [], body: payload };
    }
    return this.#read(payload, (decoded) => {
      const message = this.#shape.kind === 'download' ? this.#shape.download(decoded) : decoded;
      return encodeResponse({ output: this.#output, kind }, codec, message, this.#json);
    });
  }

  toJson(payload: Uint8Array): Uint8Array {
    const { toJson, toEnvelopeJson } = this.#json;
    // The rules of envelopes do not hold for messages of a stream.
    const options = this.#shape.kind === 'envelope' && !this.isStream ? toEnvelopeJson : toJson;
    return this.#read(payload, (message) => this.#output.toJsonBytes(message, options));
  }

  toDownload(payload: Uint8Array): Download {
    const shape = this.#shape;
    if (shape.kind !== 'download') throw internal(`${this.service}/${this.name} answers with no downloads`);
    return this.#read(payload, shape.download);
  }

  #read<T>(payload: Uint8Array, write: (message: object) => T): T {
    startCounting();
    try {
      const options = { discardUnknown: true, messageLimit: Infinity };
      return write(this.#output.decode(payload, options) as object);
    } catch (error) {
      if (error instanceof DecodeError || error instanceof EncodeError) throw this.#unusable(error);
      throw error;
    }
  }

  #unusable(error: Error): TwirpError {
    const text = `the answer of ${this.service}/${this.name} is not a usable ${this.#output.typeName}: ${error.message}`;
    return internal(text, { cause: error });
  }
}
