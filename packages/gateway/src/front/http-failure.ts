import type { OutgoingHttpHeaders } from 'node:http';
import type { NodeResponse } from '@pipit/runtime/node';
import { breakOff, errorBody, errorStatus, jsonType } from '@pipit/runtime/door';
import type { RequestFailure } from '../server/requests/sink.ts';

/**
 * Tells an HTTP caller what went wrong, as Twirp does (wire.md, Errors).
 * @param headers that the service set on its error
 */
export function writeFailure(
  response: NodeResponse,
  failure: RequestFailure,
  traceId: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) {
    breakOff(response);
    return;
  }
  const { error, retryAfter } = failure;
  const status = failure.status ?? errorStatus(error);
  const body = errorBody(error);
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (error.code === 'unauthenticated') headers['www-authenticate'] ??= 'Bearer';
  response.writeHead(status, {
    ...headers,
    'content-type': jsonType,
    'content-length': body.length,
    'x-trace-id': traceId,
  });
  response.end(body);
}
