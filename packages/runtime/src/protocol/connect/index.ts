import type { HttpProtocol } from '../http-protocol.ts';
import { writeErrorWith } from '../write-error.ts';
import { encodeError, errorStatus } from './error.ts';
import { admit, readRequest, type ConnectInvocation } from './read-request.ts';
import { timeoutOf } from './timeout.ts';
import { writeResponse } from './write-response.ts';
import { writeStream } from './write-stream.ts';

/** The Connect protocol (https://connectrpc.com/docs/protocol). */
export const connect: HttpProtocol<ConnectInvocation> = {
  name: 'connect',
  atRoot: false,
  timeoutOf,
  admit,
  readRequest,
  writeResponse,
  writeStream,
  errorStatus,
  encodeError,
  writeError: (call, error) => writeErrorWith(encodeError, call, error),
};
