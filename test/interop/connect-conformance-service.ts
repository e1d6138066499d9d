import { setTimeout } from 'node:timers/promises';
import { TwirpError, unimplemented, type Code, type Context, type ServedService } from '@pipit/runtime';
import { anyPack } from '@pipit/runtime/wkt';
import {
  ConformancePayload_RequestInfo as RequestInfo,
  ConformanceService,
  IdempotentUnaryRequest,
  ServerStreamRequest,
  StreamResponseDefinition,
  UnaryRequest,
  type ConformancePayloadInit,
  type ConformancePayload_RequestInfoInit,
  type Error as ErrorDefinition,
  type Header,
  type HeaderInit,
  type ServerStreamResponseInit,
  type UnaryResponseDefinition,
} from '../gen/connectrpc/conformance/v1/conformance.twirp.ts';

/** Twirp's codes by the number of gRPC's; 0 is not an error. */
const codes: readonly Code[] = [
  'unknown',
  'canceled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
];

/** The service that Connect's conformance runner calls: it answers what its request says, and tells what it was asked. */
export const conformance: ServedService = ConformanceService.serve({
  unary: (request, context) => ({
    payload: answer(request.responseDefinition, anyPack(UnaryRequest, request), context),
  }),
  idempotentUnary: (request, context) => ({
    payload: answer(request.responseDefinition, anyPack(IdempotentUnaryRequest, request), context),
  }),
  async *serverStream(request, context): AsyncIterable<ServerStreamResponseInit> {
    const { responseData, responseDelayMs, responseHeaders, responseTrailers, error } =
      request.responseDefinition ?? StreamResponseDefinition.create({});
    setHeaders(context, responseHeaders, responseTrailers);
    const info = infoOf(context, anyPack(ServerStreamRequest, request));
    for (const [index, data] of responseData.entries()) {
      if (responseDelayMs > 0) await setTimeout(responseDelayMs);
      yield { payload: index === 0 ? { data, requestInfo: info } : { data } };
    }
    if (error === undefined) return;
    throw responseData.length === 0 ? failure(error, anyPack(RequestInfo, info)) : failure(error);
  },
  unimplemented() {
    throw unimplemented('connectrpc.conformance.v1.ConformanceService.Unimplemented is not implemented');
  },
});

function answer(
  definition: UnaryResponseDefinition | undefined,
  request: ReturnType<typeof anyPack>,
  context: Context,
): ConformancePayloadInit {
  setHeaders(context, definition?.responseHeaders, definition?.responseTrailers);
  const info = infoOf(context, request);
  const response = definition?.response;
  if (response?.case === 'error') {
    throw failure(response.value, anyPack(RequestInfo, info));
  }
  return { requestInfo: info, ...(response?.case === 'responseData' && { data: response.value }) };
}

/** @param more details beside its own */
function failure(
  { code, message = '', details }: ErrorDefinition,
  ...more: ReturnType<typeof anyPack>[]
): TwirpError {
  return new TwirpError(codes[code] ?? 'unknown', message, { details: [...details, ...more] });
}

function setHeaders(
  context: Context,
  headers: readonly Header[] = [],
  trailers: readonly Header[] = [],
): void {
  for (const { name, value } of headers) for (const one of value) context.responseHeaders.append(name, one);
  for (const { name, value } of trailers) for (const one of value) context.responseTrailers.append(name, one);
}

function infoOf(context: Context, request: ReturnType<typeof anyPack>): ConformancePayload_RequestInfoInit {
  const { headers, deadline, verb } = context;
  return {
    requestHeaders: Object.entries(headers)
      .filter(([name]) => !name.startsWith(':'))
      .map(([name, value]): HeaderInit => ({ name, value: valuesOf(value) })),
    requests: [request],
    ...(deadline !== undefined && { timeoutMs: BigInt(Math.max(0, Math.round(deadline - Date.now()))) }),
    ...(verb === 'GET' && { connectGetInfo: {} }),
  };
}

/** Node joins the values of a header that came more than once. */
function valuesOf(value: string | string[] | undefined): string[] {
  return [value ?? []].flat().flatMap((one) => one.split(', '));
}
