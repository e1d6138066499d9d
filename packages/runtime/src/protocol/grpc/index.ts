import type { HttpProtocol } from '../http-protocol.ts';
import { writeErrorWith } from '../write-error.ts';
import { encodeError, errorStatus } from './error.ts';
import { admit, readRequest, type GrpcInvocation } from './read-request.ts';
import { timeoutOf } from './timeout.ts';
import { writeResponse } from './write-response.ts';
import { writeStream } from './write-stream.ts';

/** gRPC over HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md). */
export const grpc: HttpProtocol<GrpcInvocation> = {
  name: 'grpc',
  atRoot: true,
  timeoutOf,
  admit,
  readRequest,
  writeResponse,
  writeStream,
  errorStatus,
  encodeError,
  writeError: (call, error) => writeErrorWith(encodeError, call, error),
};
