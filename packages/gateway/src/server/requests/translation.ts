import type { EncodedResponse, HttpBody } from '@pipit/runtime/door';
import type { MetadataEntry, MetadataEntryInit } from '../../protocol/registry.pb.ts';

/** A request as a service gets it that reads protobuf only, and the way back for its answer. */
export interface Translation {
  /** As in the proto, where that is known. */
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
  /**
   * The HTTP answer for the protobuf bytes of a call that succeeded.
   * @param trailers of the service
   * @throws {TwirpError} for bytes that are not such a message
   */
  answer(payload: Uint8Array, trailers: readonly MetadataEntry[]): TranslatedAnswer;
}

export interface TranslatedAnswer extends Omit<EncodedResponse, 'body'> {
  readonly body: HttpBody;
  readonly trailers?: readonly MetadataEntryInit[];
}
