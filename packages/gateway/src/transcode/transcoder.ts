import type { Download, EncodedResponse, FormSource, RequestCodec } from '@pipit/runtime/door';
import type { ServiceSchema } from '@pipit/schema';

/** The options of transcoders. */
export interface TranscoderOptions {
  /** Most messages and map entries in one JSON request. Default 262,144. */
  readonly messageLimit?: number;
  /**
   * Hold requests against the standard rules (`buf.validate`) of their messages before they are encoded. Rules in CEL
   * are left to the service: the expressions may be anybody's. Default true.
   */
  readonly validate?: boolean;
  /** Keep the comments of the descriptors, for docs. Default false. */
  readonly comments?: boolean;
}

/** Turns what HTTP callers send into the protobuf messages of a service, and its answers back. Made from descriptors. */
export interface Transcoder {
  /** True where the descriptors have the service, by the name it registers. */
  has(service: string): boolean;
  /** Its schema, for docs; undefined for a service that the descriptors do not have. */
  schema(service: string): ServiceSchema | undefined;
  /**
   * By the names in a path, both spellings (wire.md, Routes); undefined for a method that the descriptors do not have, or
   * that takes a stream.
   */
  method(service: string, method: string): MethodTranscoder | undefined;
}

export interface MethodTranscoder {
  /** As registered, and as in the proto: what the service is asked for. */
  readonly service: string;
  readonly name: string;
  /** `option idempotency_level = NO_SIDE_EFFECTS`: GET is open, and it may be asked twice. */
  readonly noSideEffects: boolean;
  /** It answers with a stream of messages. */
  readonly isStream: boolean;
  /** Its messages are downloads, which callers by Twirp get as files. */
  readonly isDownload: boolean;
  /**
   * The request's protobuf bytes. @param form where the codec is that of forms
   * @throws {TwirpError} `malformed`, `invalid_argument` or `resource_exhausted`, as the runtime does for the same input,
   * and `internal` where a rule of the message cannot be applied
   */
  toProtobuf(codec: RequestCodec, body: Uint8Array, form: FormSource | undefined): Uint8Array;
  /**
   * The HTTP answer for protobuf bytes of the service, to a caller that sent `codec`: JSON, envelope, download.
   * @throws {TwirpError} `internal` for bytes that are not such a message
   */
  toHttp(codec: RequestCodec, payload: Uint8Array): EncodedResponse;
  /**
   * The JSON of an answer whatever its kind: for protocols in which a download is a message as any other.
   * @throws {TwirpError} the same
   */
  toJson(payload: Uint8Array): Uint8Array;
  /**
   * The file that a message of a download is, or a part of one.
   * @throws {TwirpError} the same
   */
  toDownload(payload: Uint8Array): Download;
}
