import type { IncomingHeaders } from '../rpc/context.ts';
import type { Protocol } from '../rpc/protocol.ts';
import type { HttpResponse } from './http-response.ts';
import { mediaTypeOf } from './media-type.ts';
import { contentTypes as twirpTypes } from './twirp/content-type.ts';
import { twirp } from './twirp/index.ts';

/** Protocols by the media types that are theirs. */
const byType: ReadonlyMap<string, Protocol<HttpResponse>> = new Map(twirpTypes.map((type) => [type, twirp]));

/** Every media type in which a request can come. */
export const contentTypes: readonly string[] = [...byType.keys()];

/** The protocol a request speaks, by its Content-Type. One that is nobody's is Twirp's, which has an error for it. */
export function protocolOf({ 'content-type': contentType }: IncomingHeaders): Protocol<HttpResponse> {
  if (typeof contentType !== 'string') return twirp;
  return byType.get(mediaTypeOf(contentType)) ?? twirp;
}
