import { PayloadFormat, type ForwardRequestInit, type MetadataEntryInit } from '../protocol/registry.pb.ts';

/** What an HTTP request has that a message has not. */
export interface HttpRequestLine {
  readonly verb: string;
  readonly target: string;
  readonly prefix: string;
}

/**
 * A request for a service. It has all its fields from the start, those too that are filled in on its way: objects
 * that grow cost more than the rest of forwarding them.
 */
export function forwardRequest(
  methodPath: string,
  headers: Record<string, string>,
  metadata: readonly MetadataEntryInit[],
  payload: Uint8Array,
  caller: string,
  http: HttpRequestLine | undefined,
): ForwardRequestInit {
  return {
    requestId: '',
    methodPath,
    headers,
    payload,
    timeoutSeconds: 0,
    streamingInfo: undefined,
    timeoutMs: 0,
    metadata,
    attempt: 0,
    caller,
    payloadFormat:
      http === undefined ? PayloadFormat.PAYLOAD_FORMAT_PROTOBUF : PayloadFormat.PAYLOAD_FORMAT_HTTP,
    verb: http?.verb,
    target: http?.target,
    prefix: http?.prefix,
    totalSize: 0,
    $unknown: undefined,
  };
}
