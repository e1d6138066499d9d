import { isCode, type Code } from '../../rpc/code.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { RefusedRequestError } from '../refused-request.ts';

/** The codes of gRPC, by name (grpc/doc/statuscodes.md). */
export const grpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** gRPC has no `malformed` and no `bad_route`; Twirp has no code that gRPC has not. */
const codes: Readonly<Record<Code, number>> = {
  canceled: grpcCode.cancelled,
  unknown: grpcCode.unknown,
  invalid_argument: grpcCode.invalidArgument,
  malformed: grpcCode.invalidArgument,
  deadline_exceeded: grpcCode.deadlineExceeded,
  not_found: grpcCode.notFound,
  already_exists: grpcCode.alreadyExists,
  permission_denied: grpcCode.permissionDenied,
  resource_exhausted: grpcCode.resourceExhausted,
  failed_precondition: grpcCode.failedPrecondition,
  aborted: grpcCode.aborted,
  out_of_range: grpcCode.outOfRange,
  unimplemented: grpcCode.unimplemented,
  bad_route: grpcCode.unimplemented,
  internal: grpcCode.internal,
  unavailable: grpcCode.unavailable,
  data_loss: grpcCode.dataLoss,
  unauthenticated: grpcCode.unauthenticated,
};

/** The number of a code; what is none is `internal`. */
export function grpcCodeOf(code: Code): number {
  return isCode(code) ? codes[code] : grpcCode.internal;
}

export function grpcCodeOfError(error: TwirpError): number {
  return error instanceof RefusedRequestError ? grpcCode.unknown : grpcCodeOf(error.code);
}
