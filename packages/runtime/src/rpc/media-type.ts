/** How a request's body is decoded; the answer is JSON but for protobuf (wire.md, Bodies). */
export type RequestCodec = 'json' | 'protobuf' | 'form';

export const jsonType = 'application/json';
export const protobufType = 'application/protobuf';
export const formType = 'application/x-www-form-urlencoded';

/**
 * The codec a Content-Type names, or undefined for one that is not ours. Cut at `;`, trimmed, lower-cased;
 * parameters are never looked at.
 */
export function codecOf(contentType: string): RequestCodec | undefined {
  const cut = contentType.indexOf(';');
  const bare = (cut < 0 ? contentType : contentType.slice(0, cut)).trim().toLowerCase();
  if (bare === jsonType) return 'json';
  if (bare === protobufType) return 'protobuf';
  return bare === formType ? 'form' : undefined;
}
