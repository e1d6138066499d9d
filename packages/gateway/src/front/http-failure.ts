import type { OutgoingHttpHeaders } from 'node:http';
import type { NodeResponse } from '@pipit/runtime/node';
import { breakOff, type HttpRequest } from '@pipit/runtime/door';
import { protocols } from './protocols.ts';
import type { RequestFailure } from '../server/requests/sink.ts';

/**
 * Tells an HTTP caller what went wrong, in the shape of the protocol it speaks (wire.md, Errors).
 * @param asked the request
 * @param headers that the service set on its error
 */
export function writeFailure(
  response: NodeResponse,
  failure: RequestFailure,
  traceId: string,
  asked: Pick<HttpRequest, 'headers' | 'verb' | 'target'>,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) {
    breakOff(response);
    return;
  }
  const { error, retryAfter } = failure;
  const protocol = protocols.of(asked);
  const carriesTrailers = 'stream' in response;
  const encoded = protocol.encodeError(error, { headers: asked.headers, carriesTrailers });
  const status = protocol.name === 'twirp' ? (failure.status ?? encoded.status) : encoded.status;
  const { body } = encoded;
  for (const [name, value] of encoded.headers) headers[name.toLowerCase()] = value;
  if (encoded.trailers !== undefined) response.addTrailers(encoded.trailers());
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (error.code === 'unauthenticated') headers['www-authenticate'] ??= 'Bearer';
  response.writeHead(status, {
    ...headers,
    'content-type': encoded.contentType,
    'content-length': body.length,
    'x-trace-id': traceId,
  });
  response.end(body);
}
