import type { TwirpError } from '@pipit/runtime';
import { errorBody, httpStatusOf, isBodiless, jsonType, traceIdOf, type Answer } from '@pipit/runtime/door';
import { PayloadFormat, type ForwardResponseInit } from '../protocol/registry.pb.ts';
import { grpcCodeOf } from '../protocol/status.ts';
import type { ForwardedCall } from './forwarded-call.ts';
import { addHeader, type SentHeaders } from './header-map.ts';

/** What a service answered, in the format in which it was asked. */
export function responseOf(call: ForwardedCall, answer: Answer): ForwardResponseInit {
  const { status, contentType, traceId, body, error } = answer;
  const sent: SentHeaders = { headers: { 'x-trace-id': traceId }, metadata: [] };
  for (const { name, values } of answer.headers ?? []) addHeader(sent, name, values);
  const handlerUs = Math.round((performance.now() - call.started) * 1000);
  const common = { ...sent, requestId: call.requestId, handlerUs };
  if (call.wantsMessage) return { ...common, ...messageOutcome(error, body) };
  const empty = isBodiless(status);
  if (!empty) sent.headers['content-type'] = contentType;
  return {
    ...common,
    statusCode: status,
    payload: empty ? undefined : body,
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
  };
}

/** An error of ours in place of what a handler would answer or has answered. */
export function failureOf(
  call: ForwardedCall,
  error: TwirpError,
  notProcessed: boolean,
): ForwardResponseInit {
  const headers: Record<string, string> = { 'x-trace-id': traceIdOf(call.headers) };
  const common = { requestId: call.requestId, headers, notProcessed };
  if (call.wantsMessage) return { ...common, ...messageOutcome(error, undefined) };
  headers['content-type'] = jsonType;
  const statusCode = httpStatusOf[error.code];
  return {
    ...common,
    statusCode,
    payload: errorBody(error),
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
  };
}

function messageOutcome(error: TwirpError | undefined, body: Uint8Array | undefined): ForwardResponseInit {
  if (error === undefined) return { statusCode: 200, grpcStatus: 0, payload: body };
  const code = grpcCodeOf(error.code);
  return { statusCode: code, grpcStatus: code, errorMessage: error.msg };
}
