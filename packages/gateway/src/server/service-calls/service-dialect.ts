import { internal, resourceExhausted } from '@pipit/runtime';
import {
  grpcCodeOf,
  connectionHeaders,
  errorBody,
  errorStatus,
  jsonType,
  traceIdOf,
} from '@pipit/runtime/door';
import { withoutKeys } from '../../keys/credential.ts';
import {
  PayloadFormat,
  type ForwardRequest,
  type ForwardResponse,
  type ForwardResponseInit,
  type MetadataEntry,
  type MetadataEntryInit,
} from '../../protocol/registry.pb.ts';
import { httpDialectOf, grpcStatusOf } from '../../protocol/status.ts';
import type { RequestFailure } from '../requests/sink.ts';
import type { Peer } from '../peer.ts';

/** True for a service's own call that is an HTTP request; otherwise it is a protobuf message, answered by one. */
export function isHttp({ payloadFormat }: { readonly payloadFormat?: PayloadFormat | undefined }): boolean {
  return payloadFormat === PayloadFormat.PAYLOAD_FORMAT_HTTP;
}

/** The answer to a service whose own call has failed. */
export function failureAnswer(
  request: Pick<ForwardRequest, 'requestId' | 'payloadFormat' | 'headers'>,
  caller: Peer,
  failure: RequestFailure,
): ForwardResponseInit {
  const { requestId, payloadFormat } = request;
  const { error, retryAfter, status } = failure;
  const headers: Record<string, string> = { 'x-trace-id': traceIdOf(request.headers) };
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (isHttp({ payloadFormat })) {
    return {
      requestId,
      statusCode: status ?? errorStatus(error),
      headers: { ...headers, 'content-type': jsonType },
      payload: errorBody(error),
      payloadFormat,
    };
  }
  const code = grpcCodeOf(error.code);
  return {
    requestId,
    statusCode: status ?? httpDialectOf(code),
    headers,
    errorMessage: error.message,
    ...(caller.revision > 0 && { grpcStatus: code }),
  };
}

/** The answer to a caller in protobuf, made of `head`, whose whole payload is `payload`. */
export function messageAnswer(
  { requestId }: ForwardRequest,
  caller: Peer,
  head: ForwardResponse,
  payload: Uint8Array,
): ForwardResponseInit {
  const headers = forwardable(head.headers);
  const metadata = forwardableEntries(head.metadata);
  const { trailers, handlerUs } = head;
  const { code, message } = grpcStatusOf(head);
  const answer = { requestId, statusCode: httpDialectOf(code), headers, payload, errorMessage: message };
  if (caller.revision === 0) return answer;
  return { ...answer, grpcStatus: code, metadata, trailers, handlerUs };
}

/** The answer to a caller in HTTP, made of the same. */
export function httpAnswer(
  request: ForwardRequest,
  caller: Peer,
  head: ForwardResponse,
  payload: Uint8Array,
): ForwardResponseInit {
  const { requestId, payloadFormat } = request;
  const { statusCode, handlerUs } = head;
  if (statusCode < 200 || statusCode > 599) {
    const error = internal(`the service answered with the HTTP status ${statusCode}`);
    return failureAnswer(request, caller, { error });
  }
  const headers = forwardable(head.headers);
  const metadata = forwardableEntries(head.metadata);
  return { requestId, payloadFormat, headers, metadata, handlerUs, statusCode, payload };
}

/** In place of an answer that the caller cannot take. */
export function tooLargeAnswer(answer: ForwardResponseInit, caller: Peer): ForwardResponseInit {
  const text = `the answer is too large: this connection takes ${caller.maxMessageBytes} bytes a message, headers included`;
  const request = {
    requestId: answer.requestId ?? '',
    headers: answer.headers ?? {},
    payloadFormat: answer.payloadFormat ?? PayloadFormat.PAYLOAD_FORMAT_PROTOBUF,
  };
  return failureAnswer(request, caller, { error: resourceExhausted(text) });
}

/** Of one connection only, or of the gateway. */
const notForwarded: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  'content-length',
  'expect',
  'grpc-timeout',
  'proxy-authenticate',
  'proxy-authorization',
]);

/** Headers of one side as the other one gets them: nothing about the connection, and no credential of the gateway. */
export function forwardable(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const sent = isForwarded(lower) ? withoutKeys(value) : undefined;
    if (sent !== undefined) kept[lower] = sent;
  }
  return kept;
}

export function forwardableEntries(entries: readonly MetadataEntry[]): MetadataEntryInit[] {
  return entries.flatMap((entry) => {
    if (!isForwarded(entry.key.toLowerCase())) return [];
    const text = Buffer.from(entry.value).toString('latin1');
    const sent = withoutKeys(text);
    if (sent === text) return [entry];
    return sent === undefined ? [] : [{ key: entry.key, value: Buffer.from(sent, 'latin1') }];
  });
}

function isForwarded(name: string): boolean {
  return !name.startsWith(':') && !notForwarded.has(name);
}
