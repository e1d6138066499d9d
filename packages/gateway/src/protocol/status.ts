import type { Code } from '@pipit/runtime';
import { PayloadFormat, type ForwardResponse } from './registry.pb.ts';

/** How a call ended, as gRPC says it. Code 0 for success; then `message` is empty. */
export interface Outcome {
  readonly code: number;
  readonly message: string;
}

/** gRPC's codes under their numbers; 0 is no error. */
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

/** gRPC has no `malformed` and no `bad_route`; Twirp has no code that gRPC has not. */
const grpcCodes: Readonly<Record<Code, number>> = {
  canceled: 1,
  unknown: 2,
  invalid_argument: 3,
  malformed: 3,
  deadline_exceeded: 4,
  not_found: 5,
  already_exists: 6,
  permission_denied: 7,
  resource_exhausted: 8,
  failed_precondition: 9,
  aborted: 10,
  out_of_range: 11,
  unimplemented: 12,
  bad_route: 12,
  internal: 13,
  unavailable: 14,
  data_loss: 15,
  unauthenticated: 16,
};

/** google.rpc.Code's HTTP statuses, by gRPC code. */
const httpStatuses: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

const codesOfStatus: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [408, 4],
  [409, 6],
  [412, 9],
  [429, 8],
  [499, 1],
  [501, 12],
  [502, 14],
  [503, 14],
  [504, 4],
]);

/** Of 1 to 16; anything else is `unknown`. */
export function twirpCodeOf(grpcCode: number): Code {
  return twirpCodes[grpcCode] ?? 'unknown';
}

export function grpcCodeOf(code: Code): number {
  return grpcCodes[code] ?? 13;
}

/** What a calling service of revision 0 is answered: such services test for 200. */
export function httpDialectOf(grpcCode: number): number {
  return httpStatuses[grpcCode] ?? 500;
}

/** The gRPC code an HTTP status stands for; 0 for 200 to 299, 2 (unknown) for what is neither that nor an error. */
function grpcCodeOfHttp(status: number): number {
  const code = codesOfStatus.get(status);
  if (code !== undefined) return code;
  if (status >= 200 && status < 300) return 0;
  if (status >= 400 && status < 500) return 9;
  return status >= 500 && status < 600 ? 13 : 2;
}

/**
 * How the service says the call ended. Both dialects of `status_code` are understood, gRPC codes and HTTP statuses:
 * they do not overlap. `grpc_status` wins over both.
 */
export function outcomeOf(response: ForwardResponse): Outcome {
  const code = codeOf(response);
  if (code === 0) return { code, message: '' };
  const status = response.grpcStatus ?? response.statusCode;
  return { code, message: response.errorMessage || `the service answered status ${String(status)}` };
}

function codeOf({ grpcStatus, statusCode, errorMessage }: ForwardResponse): number {
  if (grpcStatus !== undefined) return grpcStatus >= 0 && grpcStatus <= 16 ? grpcStatus : 2;
  if (statusCode === 0) return errorMessage === '' ? 0 : 2;
  if (statusCode >= 1 && statusCode <= 16) return statusCode;
  return grpcCodeOfHttp(statusCode);
}

/** The same as one word, for metrics and logs. In format HTTP a redirect or "not modified" is no failure. */
export function answerCodeOf(response: ForwardResponse): Code | 'ok' {
  const { payloadFormat, statusCode } = response;
  const isHttp = payloadFormat === PayloadFormat.PAYLOAD_FORMAT_HTTP;
  if (isHttp && statusCode >= 200 && statusCode < 400) return 'ok';
  const code = codeOf(response);
  return code === 0 ? 'ok' : twirpCodeOf(code);
}
