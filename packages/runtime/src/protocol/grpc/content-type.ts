import type { MessageFormat } from '../connect/content-type.ts';

const grpcType = 'application/grpc';

/** The media types of gRPC's requests. */
export const contentTypes: readonly string[] = [grpcType, `${grpcType}+proto`, `${grpcType}+json`];

/** The beginning of every type that says that a request is gRPC's, or gRPC-Web's. */
export const typePrefix: string = grpcType;

/** The format a media type names; undefined for one that is not known. */
export function formatOfType(type: string): MessageFormat | undefined {
  if (!contentTypes.includes(type)) return undefined;
  return type.endsWith('+json') ? 'json' : 'protobuf';
}
