import { addAbortSignal, Readable } from 'node:stream';
import type { HttpResponse } from '../protocol/http-response.ts';
import { protocolOf } from '../protocol/protocol-of.ts';
import { invoke } from '../rpc/invoke.ts';
import { rpcConfig, type RpcOptions } from '../rpc/rpc-config.ts';
import { isBodiless } from '../server/response-body.ts';
import { doorOf, type DoorOptions } from '../server/door.ts';
import { LocalHttpRequest } from './local-http-request.ts';

/** What `localFetch` takes: what every door does. */
export interface LocalOptions extends RpcOptions, DoorOptions {}

/** In front of the paths of calls that never leave the process. */
export const localOrigin = 'http://local';

/**
 * The in-process door as a `fetch`: answers requests for the services, whatever their host, without a
 * socket. Rejects with the signal's reason when that fires, as `fetch` does.
 * @throws {TypeError} for a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function localFetch(options: LocalOptions): typeof fetch {
  const config = rpcConfig(options);
  const door = doorOf(options);
  return async (input, init) => {
    const url = typeof input === 'string' ? input : 'href' in input ? input.href : input.url;
    const request = new Request(input instanceof Request ? input : new URL(url, localOrigin), init);
    request.signal.throwIfAborted();
    const http = new LocalHttpRequest(request, url, door);
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      // The caller's reason is passed on as it is, as fetch does.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      stop = http.onDisconnect(() => reject(request.signal.reason));
    });
    try {
      const answered = new Promise<HttpResponse>((resolve) => {
        invoke(config, http, protocolOf(http.headers), resolve);
      });
      return responseOf(await Promise.race([answered, aborted]), request);
    } finally {
      stop();
    }
  };
}

function responseOf(response: HttpResponse, { method: verb, signal }: Request): Response {
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
    afterWrite?.();
    // The codecs' bytes share a buffer with others; a response owns its own.
    return new Response(none ? null : new Uint8Array(body as Uint8Array), { status, headers });
  }
  const stream = addAbortSignal(signal, Readable.from(body));
  if (afterWrite !== undefined) stream.once('close', afterWrite);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, { status, headers });
}
