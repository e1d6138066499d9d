import { dispatch } from '../rpc/dispatch.ts';
import type { Answer } from '../rpc/exchange.ts';
import { rpcServer, type RpcOptions } from '../rpc/rpc-server.ts';
import { isBodiless } from '../server/answer-body.ts';
import { doorOf, type DoorOptions } from '../server/door.ts';
import { LocalExchange } from './local-exchange.ts';

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
  const server = rpcServer(options);
  const door = doorOf(options);
  return async (input, init) => {
    const url = typeof input === 'string' ? input : 'href' in input ? input.href : input.url;
    const request = new Request(input instanceof Request ? input : new URL(url, localOrigin), init);
    request.signal.throwIfAborted();
    const exchange = new LocalExchange(request, url, door);
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      // The caller's reason is passed on as it is, as fetch does.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      stop = exchange.onDisconnect(() => reject(request.signal.reason));
    });
    try {
      const answered = new Promise<Answer>((resolve) => dispatch(server, exchange, resolve));
      const answer = await Promise.race([answered, aborted]);
      answer.afterWrite?.();
      return responseOf(answer, request.method);
    } finally {
      stop();
    }
  };
}

function responseOf(answer: Answer, verb: string): Response {
  const { status, contentType, traceId, body } = answer;
  const headers = new Headers();
  for (const { name, values } of answer.headers ?? [])
    for (const value of values) headers.append(name, value);
  headers.set('x-trace-id', traceId);
  if (isBodiless(status)) return new Response(null, { status, headers });
  headers.set('content-type', contentType);
  headers.set('content-length', String(body.length));
  // The codecs' bytes share a buffer with others; a response owns its own.
  // A Response refuses a body under 205 too, even an empty one.
  const none = verb === 'HEAD' || status === 205;
  return new Response(none ? null : new Uint8Array(body), { status, headers });
}
