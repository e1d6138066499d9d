import type { MessageFormat } from '../connect/content-type.ts';

/** The beginning of every type that says that a request is gRPC-Web's. */
export const typePrefix = 'application/grpc-web';
const textPrefix = `${typePrefix}-text`;
const formats = ['', '+proto', '+json'];

/** The media types of gRPC-Web's requests. */
export const contentTypes: readonly string[] = [typePrefix, textPrefix].flatMap((type) =>
  formats.map((format) => type + format),
);

/** The format a media type names; undefined for one that is not known. */
export function formatOfType(type: string): MessageFormat | undefined {
  if (!contentTypes.includes(type)) return undefined;
  return type.endsWith('+json') ? 'json' : 'protobuf';
}

/** True for a type whose bodies are base64. */
export function isTextType(type: string): boolean {
  return type.startsWith(textPrefix);
}
