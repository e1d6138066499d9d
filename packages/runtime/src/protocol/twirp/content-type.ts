import { mediaTypeOf } from '../media-type.ts';

/** The codec a request's body is decoded with; the response is JSON but for protobuf (wire.md, Bodies). */
export type RequestCodec = 'json' | 'protobuf' | 'form';

export const jsonType = 'application/json';
export const protobufType = 'application/protobuf';
export const formType = 'application/x-www-form-urlencoded';
/** A form with files. */
export const multipartType = 'multipart/form-data';

const codecs: ReadonlyMap<string, RequestCodec> = new Map<string, RequestCodec>([
  [jsonType, 'json'],
  [protobufType, 'protobuf'],
  [formType, 'form'],
  [multipartType, 'form'],
]);

/** The media types of Twirp's requests. */
export const contentTypes: readonly string[] = [...codecs.keys()];

/** The codec a Content-Type names, or undefined for one that is not ours. */
export function requestCodecOf(contentType: string): RequestCodec | undefined {
  return codecs.get(mediaTypeOf(contentType));
}
