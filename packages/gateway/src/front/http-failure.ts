import type { OutgoingHttpHeaders } from 'node:http';
import type { NodeResponse } from '@pipit/runtime/node';
import { BodyTooLargeError, errorBody, httpStatusOf, jsonType } from '@pipit/runtime/door';
import type { CallFailure } from '../server/call.ts';

/** Tells an HTTP caller what went wrong, as Twirp does (wire.md, Errors). */
export function writeFailure(response: NodeResponse, failure: CallFailure, traceId: string): void {
  const { error, retryAfter } = failure;
  const status = failure.status ?? (error instanceof BodyTooLargeError ? 413 : httpStatusOf[error.code]);
  const body = errorBody(error);
  const headers: OutgoingHttpHeaders = {
    'content-type': jsonType,
    'content-length': body.length,
    'x-trace-id': traceId,
  };
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (error.code === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  response.writeHead(status, headers);
  response.end(body);
}
