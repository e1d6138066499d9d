import type { TwirpError } from '@pipit/runtime';
import {
  grpcCodeOf,
  grpcCode,
  isBodiless,
  traceIdOf,
  type HttpResponse,
  type Protocols,
} from '@pipit/runtime/door';
import { metadataEntries } from '../protocol/metadata.ts';
import { PayloadFormat, type ForwardResponseInit, type MetadataEntryInit } from '../protocol/registry.pb.ts';
import type { ForwardedCall } from './forwarded-call.ts';
import { addHeader } from './header-map.ts';

/** The headers of several values of most answers, which have none. */
const none: MetadataEntryInit[] = [];

/** The service's response, in the format in which it was asked. */
export function responseOf(
  call: ForwardedCall,
  { status, contentType, traceId, headers, body, trailers, error }: HttpResponse<Uint8Array>,
): ForwardResponseInit {
  const response = emptyResponse(call, traceId);
  response.handlerUs = Math.round((performance.now() - call.started) * 1000);
  if (headers !== undefined) {
    response.metadata = [];
    for (const { name, values } of headers) addHeader(response, name, values);
  }
  if (trailers !== undefined) response.trailers = metadataEntries(trailers());
  if (call.isMessage) setMessage(response, error, body);
  else setHttp(response, status, contentType, error, isBodiless(status) ? undefined : body);
  return response;
}

/** An error of ours in place of what a handler would answer or has answered, in the shape of the caller's protocol. */
export function failureOf(
  call: ForwardedCall,
  protocols: Protocols,
  error: TwirpError,
  notProcessed: boolean,
): ForwardResponseInit {
  const response = emptyResponse(call, traceIdOf(call.headers));
  response.notProcessed = notProcessed;
  if (call.isMessage) {
    setMessage(response, error, undefined);
    return response;
  }
  const { status, contentType, headers, body, trailers } = protocols.of(call).encodeError(error, call);
  for (const [name, value] of headers) addHeader(response, name, [value]);
  if (trailers !== undefined) response.trailers = metadataEntries(trailers());
  setHttp(response, status, contentType, error, body);
  return response;
}

/** To be filled in. */
interface Response extends ForwardResponseInit {
  readonly headers: Record<string, string>;
  metadata: MetadataEntryInit[];
  trailers: MetadataEntryInit[] | undefined;
}

/** It has all its fields from the start: objects that grow cost more than the rest of answering. */
function emptyResponse({ requestId }: ForwardedCall, traceId: string): Response {
  return {
    requestId,
    statusCode: 0,
    headers: { 'x-trace-id': traceId },
    payload: undefined,
    errorMessage: '',
    streamingInfo: undefined,
    responseStreamInfo: undefined,
    grpcStatus: undefined,
    metadata: none,
    trailers: undefined,
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_PROTOBUF,
    notProcessed: false,
    handlerUs: 0,
    $unknown: undefined,
  };
}

/** @param body undefined for a status that has none */
function setHttp(
  response: Response,
  status: number,
  contentType: string,
  error: TwirpError | undefined,
  body: Uint8Array | undefined,
): void {
  response.statusCode = status;
  // With a status that does not say so the gateway would count it among those that went well.
  if (error !== undefined && status < 400) response.grpcStatus = grpcCodeOf(error.code);
  response.payloadFormat = PayloadFormat.PAYLOAD_FORMAT_HTTP;
  response.payload = body;
  if (body !== undefined) response.headers['content-type'] = contentType;
}

function setMessage(response: Response, error: TwirpError | undefined, body: Uint8Array | undefined): void {
  response.grpcStatus = error === undefined ? grpcCode.ok : grpcCodeOf(error.code);
  response.statusCode = error === undefined ? 200 : response.grpcStatus;
  if (error === undefined) response.payload = body;
  else response.errorMessage = error.msg;
}
