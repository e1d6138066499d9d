import type { HttpResponse } from '../protocol/http-response.ts';
import { Protocols } from '../protocol/protocols.ts';
import { invoke } from '../rpc/invoke.ts';
import { checkOptions } from '../rpc/known-options.ts';
import { rpcConfig, type RpcOptions } from '../rpc/rpc-config.ts';
import { doorOf, doorOptionNames, type DoorOptions } from '../server/door.ts';
import { FetchHttpRequest } from '../server/fetch/fetch-http-request.ts';
import { fetchResponse } from '../server/fetch/fetch-response.ts';

/** The options of `localFetch`: those of every door. */
export interface LocalOptions extends RpcOptions, DoorOptions {}

/** The origin in front of the paths of calls that never leave the process. */
export const localOrigin = 'http://local';

/**
 * The in-process door as a `fetch`: answers requests for the services, whatever their host, without a
 * socket. Rejects with the signal's reason when that fires, as `fetch` does.
 * @example
 * const fetch = localFetch({ services: [Echo.serve(new EchoServer())] });
 * const response = await fetch('/api/user.v0.Echo/Hello', { method: 'POST', body: new URLSearchParams({ message: 'hi' }) });
 * @throws {TypeError} for an unknown option, a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function localFetch(options: LocalOptions): typeof fetch {
  checkOptions('localFetch', options, doorOptionNames);
  const config = rpcConfig(options);
  const door = doorOf(options);
  const protocols = new Protocols(config.protocols);
  return async (input, init) => {
    const url = typeof input === 'string' ? input : 'href' in input ? input.href : input.url;
    const request = new Request(input instanceof Request ? input : new URL(url, localOrigin), init);
    request.signal.throwIfAborted();
    const http = new FetchHttpRequest(request, { target: url, peer: '127.0.0.1', platform: [] }, door);
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      // The caller's reason is passed on as it is, as fetch does.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      stop = http.onDisconnect(() => reject(request.signal.reason));
    });
    try {
      const answered = new Promise<HttpResponse>((resolve) => {
        invoke(config, http, protocols.of(http), (response) => {
          // Nobody waits for it any more, so nobody makes a Response of it.
          if (request.signal.aborted) response.afterWrite?.(false);
          resolve(response);
        });
      });
      const { signal } = request;
      const to = { verb: http.verb, signal, log: door.log, lose: () => http.lose() };
      return fetchResponse(await Promise.race([answered, aborted]), to);
    } finally {
      stop();
    }
  };
}
