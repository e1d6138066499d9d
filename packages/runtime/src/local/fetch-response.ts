import { addAbortSignal, Readable } from 'node:stream';
import type { HttpResponse } from '../protocol/http-response.ts';
import { isBodiless } from '../server/response-body.ts';

/** The Response that `fetch` would make of it. It has no place for trailers. */
export function fetchResponse(response: HttpResponse, { method: verb, signal }: Request): Response {
  const { status, contentType, traceId, body, afterWrite } = response;
  const headers = new Headers();
  for (const { name, values } of response.headers ?? [])
    for (const value of values) headers.append(name, value);
  headers.set('x-trace-id', traceId);
  // A Response refuses a body under 205 too, even an empty one.
  const none = verb === 'HEAD' || status === 205 || isBodiless(status);
  if (!isBodiless(status)) {
    headers.set('content-type', contentType);
    if (body instanceof Uint8Array) headers.set('content-length', String(body.length));
  }
  if (none || body instanceof Uint8Array) {
    afterWrite?.(true);
    // The codecs' bytes share a buffer with others; a response owns its own.
    return new Response(none ? null : new Uint8Array(body as Uint8Array), { status, headers });
  }
  const stream = addAbortSignal(signal, Readable.from(body));
  if (afterWrite !== undefined) stream.once('close', () => afterWrite(stream.readableEnded));
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, { status, headers });
}
