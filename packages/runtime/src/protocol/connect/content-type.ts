import { jsonType } from '../twirp/content-type.ts';

/** How a message is written. */
export type MessageFormat = 'json' | 'protobuf';

/** Connect's type for protobuf, which tells it from Twirp. */
const protoType = 'application/proto';

/** The media types that say that a request is Connect's; JSON is Twirp's too. */
export const contentTypes: readonly string[] = [protoType];

/** The format a media type names; undefined for none. */
export function formatOfType(type: string): MessageFormat | undefined {
  if (type === jsonType) return 'json';
  return type === protoType ? 'protobuf' : undefined;
}

export function typeOfFormat(format: MessageFormat): string {
  return format === 'json' ? jsonType : protoType;
}
