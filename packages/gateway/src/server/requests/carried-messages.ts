import type { CarriedCall } from '@pipit/runtime/door';
import type { MetadataEntry } from '../../protocol/registry.pb.ts';
import type { MethodTranscoder } from '../../transcode/transcoder.ts';
import type { PeerMessages } from './translation.ts';

/** A message of a service as its bytes: what a carried call is answered with. */
export interface CarriedMessage {
  readonly bytes: Uint8Array;
}

type Carried = Pick<ConstructorParameters<typeof CarriedCall>[3], 'input' | 'output'>;

/**
 * A method's messages as the bytes they are in protobuf, for a carried call. Their JSON takes descriptors.
 * @param known is asked when JSON comes or goes @throws {TwirpError} what `known` throws
 */
export function carriedMessages(known: () => MethodTranscoder): Carried {
  const input = {
    decode: (bytes: Uint8Array) => bytes,
    fromJsonBytes: (json: Uint8Array) => known().toProtobuf('json', json, undefined),
  };
  const output = {
    encode: ({ bytes }: CarriedMessage) => bytes,
    toJsonBytes: ({ bytes }: CarriedMessage) => known().toJson(bytes),
  };
  return { input, output } as unknown as Carried;
}

/** The input of a call whose request was read before. */
export const readBefore: Carried['input'] = {
  decode: () => undefined,
  fromForm: () => undefined,
} as unknown as Carried['input'];

/** @param ended told the trailers of the service, before whoever reads hears of the end */
export async function* carried(
  messages: PeerMessages,
  ended: (trailers: readonly MetadataEntry[]) => void,
): AsyncGenerator<CarriedMessage> {
  try {
    for await (const bytes of messages) yield { bytes };
  } finally {
    ended(messages.trailers);
  }
}
