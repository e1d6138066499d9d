import { unimplemented, type TwirpError } from '@pipit/runtime';
import type { CarriedCall } from '@pipit/runtime/door';
import type { MetadataEntry } from '../../protocol/registry.pb.ts';
import type { MethodTranscoder } from '../../transcode/transcoder.ts';
import type { PeerMessages } from './translation.ts';

/** A message of a service as its bytes: what a carried call is answered with. */
export interface CarriedMessage {
  readonly bytes: Uint8Array;
}

type Carried = Pick<ConstructorParameters<typeof CarriedCall>[3], 'input' | 'output'>;

/** JSON and forms of messages that nobody knows. */
export function unknownMessages(service: string): TwirpError {
  return unimplemented(
    `${service} takes protobuf only, and the gateway does not know its messages: send application/protobuf, or give the gateway its descriptors`,
  );
}

/**
 * A method's messages as the bytes they are in protobuf, for a carried call. Their JSON takes descriptors.
 * @param method undefined where there are none: then JSON that comes or goes is `unimplemented`
 */
export function carriedMessages(service: string, method: MethodTranscoder | undefined): Carried {
  const known = (): MethodTranscoder => {
    if (method === undefined) throw unknownMessages(service);
    return method;
  };
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
