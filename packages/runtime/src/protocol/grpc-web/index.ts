import { errorStatus } from '../grpc/error.ts';
import type { GrpcInvocation } from '../grpc/read-request.ts';
import { timeoutOf } from '../grpc/timeout.ts';
import type { HttpProtocol } from '../http-protocol.ts';
import { writeErrorWith } from '../write-error.ts';
import { encodeError } from './error.ts';
import { admit, readRequest } from './read-request.ts';
import { writeResponse } from './write-response.ts';
import { writeStream } from './write-stream.ts';

/** gRPC-Web, binary and text (grpc/doc/PROTOCOL-WEB.md). */
export const grpcWeb: HttpProtocol<GrpcInvocation> = {
  name: 'grpc-web',
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
