import type { EncodedResponse, HttpBody, HttpResponse } from '@pipit/runtime/door';
import type { MetadataEntry, MetadataEntryInit } from '../../protocol/registry.pb.ts';

/** A request as a service gets it that reads protobuf only, and the way back for its answer. */
export interface Translation {
  /** As in the proto, where that is known. */
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
  /** The method answers with a stream; undefined where only its service knows. */
  readonly isStream: boolean | undefined;
  /**
   * The HTTP answer for the protobuf bytes of a call that succeeded.
   * @param trailers of the service
   * @throws {TwirpError} for bytes that are not such a message
   */
  answer(payload: Uint8Array, trailers: readonly MetadataEntry[]): TranslatedAnswer;
  /** The HTTP answer for a stream of messages, once its head is known. @throws {TwirpError} */
  stream(messages: PeerMessages): Promise<HttpResponse>;
}

/** The messages of a service that streams, in protobuf. */
export interface PeerMessages extends AsyncIterable<Uint8Array> {
  /** That came with the end of them; none before. */
  readonly trailers: readonly MetadataEntry[];
}

/** The headers of a response, one pair a value. */
export function headerPairs({ headers }: Pick<HttpResponse, 'headers'>): [string, string][] {
  return [...(headers ?? [])].flatMap(({ name, values }) =>
    values.map((value): [string, string] => [name, value]),
  );
}

export interface TranslatedAnswer extends Omit<EncodedResponse, 'body'> {
  readonly body: HttpBody;
  readonly trailers?: readonly MetadataEntryInit[];
}
