import type { Protocol } from '../../rpc/protocol.ts';
import type { HttpResponse } from '../http-response.ts';
import { errorStatus, writeError } from './error.ts';
import { admit, readRequest, type TwirpInvocation } from './read-request.ts';
import { timeoutOf } from './timeout.ts';
import { writeResponse } from './write-response.ts';

/** Twirp v7 over HTTP, with forms, GET, envelopes and downloads beside it (wire.md). */
export const twirp: Protocol<HttpResponse<Uint8Array>, TwirpInvocation> = {
  timeoutOf,
  admit,
  readRequest,
  writeResponse,
  errorStatus,
  writeError,
};
