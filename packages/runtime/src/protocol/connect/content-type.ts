import { jsonType } from '../twirp/content-type.ts';

/** How a message is written. */
export type MessageFormat = 'json' | 'protobuf';

/** Connect's type for protobuf, which tells it from Twirp. */
const protoType = 'application/proto';

/** The beginning of the types of streams. */
const streamPrefix = 'application/connect+';
export const streamProtoType: string = `${streamPrefix}proto`;
export const streamJsonType: string = `${streamPrefix}json`;

/** The media types that say that a request is Connect's; JSON is Twirp's too. */
export const contentTypes: readonly string[] = [protoType, streamProtoType, streamJsonType];

/** The format a media type names, for a stream or for one answer; undefined for none. */
export function formatOfType(type: string): MessageFormat | undefined {
  if (type === jsonType || type === streamJsonType) return 'json';
  return type === protoType || type === streamProtoType ? 'protobuf' : undefined;
}

export function typeOfFormat(format: MessageFormat): string {
  return format === 'json' ? jsonType : protoType;
}

export function streamTypeOfFormat(format: MessageFormat): string {
  return format === 'json' ? streamJsonType : streamProtoType;
}

/** True for a type whose bodies are frames. */
export function isStreamType(type: string): boolean {
  return type.startsWith(streamPrefix);
}
