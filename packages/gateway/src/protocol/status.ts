import type { Code } from '@pipit/runtime';
import { grpcCode } from '@pipit/runtime/door';
import { budgets, cut } from './budgets.ts';
import type { GrpcStatus } from './message-stream.ts';
import { PayloadFormat, type ForwardResponse } from './registry.pb.ts';

/** Twirp's codes by the number of gRPC's; 0 is not an error. */
const twirpCodes: readonly Code[] = [
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

/** google.rpc.Code's HTTP statuses, by gRPC code. */
const httpStatuses: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

const codesOfStatus: ReadonlyMap<number, number> = new Map([
  [400, grpcCode.invalidArgument],
  [401, grpcCode.unauthenticated],
  [403, grpcCode.permissionDenied],
  [404, grpcCode.notFound],
  [408, grpcCode.deadlineExceeded],
  [409, grpcCode.alreadyExists],
  [412, grpcCode.failedPrecondition],
  [429, grpcCode.resourceExhausted],
  [499, grpcCode.cancelled],
  [501, grpcCode.unimplemented],
  [502, grpcCode.unavailable],
  [503, grpcCode.unavailable],
  [504, grpcCode.deadlineExceeded],
]);

/** Of 1 to 16; anything else is `unknown`. */
export function twirpCodeOf(grpcCode: number): Code {
  return twirpCodes[grpcCode] ?? 'unknown';
}

/** The HTTP status in which a calling service is answered: services of revision 0 test for 200. */
export function httpDialectOf(grpcCode: number): number {
  return httpStatuses[grpcCode] ?? 500;
}

/** The gRPC code an HTTP status stands for; 0 for 200 to 299, 2 (unknown) for what is neither that nor an error. */
function grpcCodeOfHttp(status: number): number {
  const code = codesOfStatus.get(status);
  if (code !== undefined) return code;
  if (status >= 200 && status < 300) return grpcCode.ok;
  if (status >= 400 && status < 500) return grpcCode.failedPrecondition;
  return status >= 500 && status < 600 ? grpcCode.internal : grpcCode.unknown;
}

/**
 * The end of a call as its service says it. Both dialects of `status_code` are understood, gRPC codes and HTTP statuses:
 * they do not overlap. `grpc_status` wins over both.
 */
export function grpcStatusOf(response: ForwardResponse): GrpcStatus {
  const code = codeOf(response);
  if (code === grpcCode.ok) return { code, message: '' };
  const status = response.grpcStatus ?? response.statusCode;
  const message = response.errorMessage || `the service answered status ${String(status)}`;
  return { code, message: cut(message, budgets.errorText) };
}

function codeOf({ grpcStatus, statusCode, errorMessage }: ForwardResponse): number {
  if (grpcStatus !== undefined) return grpcStatus >= 0 && grpcStatus <= 16 ? grpcStatus : grpcCode.unknown;
  if (statusCode === 0) return errorMessage === '' ? grpcCode.ok : grpcCode.unknown;
  if (statusCode >= 1 && statusCode <= 16) return statusCode;
  return grpcCodeOfHttp(statusCode);
}

/** The same as one word, for metrics and logs. In format HTTP a redirect or "not modified" is not a failure. */
export function answerCodeOf(response: ForwardResponse): Code | 'ok' {
  const { payloadFormat, statusCode, grpcStatus } = response;
  const isHttp = payloadFormat === PayloadFormat.PAYLOAD_FORMAT_HTTP;
  if (isHttp && grpcStatus === undefined && statusCode >= 200 && statusCode < 400) return 'ok';
  const code = codeOf(response);
  return code === grpcCode.ok ? 'ok' : twirpCodeOf(code);
}
