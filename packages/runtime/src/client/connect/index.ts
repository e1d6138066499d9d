import { call } from '../call.ts';
import type { CallOptions } from '../call-options.ts';
import type { CalledMethod, ClientProtocol, JsonClientOptions } from '../client-options.ts';
import type { MessageFormat } from '../message-format.ts';
import { connectFetch } from './connect-fetch.ts';
import { connectStream } from './connect-stream.ts';
import { readConnect } from './read-connect.ts';

/** Options of `connect`. */
export interface ConnectOptions {
  /**
   * Calls methods that declare NO_SIDE_EFFECTS by GET, so that browsers and proxies may keep their answers: the request is
   * in the URL then. One of more than 8,000 characters goes by POST. Default false.
   */
  readonly get?: boolean;
}

/**
 * The Connect protocol (https://connectrpc.com/docs/protocol), for clients that call servers of connect-go, connect-es and
 * the like; ours understand it too. Where nobody imports it no page loads it.
 * @example
 * const client = createClient(Hats, { baseUrl: 'https://example.com', prefix: '/', protocol: connect() });
 * const { number } = await client.buy({ size: 57 });
 */
export function connect({ get = false }: ConnectOptions = {}): ClientProtocol {
  return {
    call(
      base: string,
      service: string,
      method: CalledMethod,
      format: MessageFormat,
      request: unknown,
      options: JsonClientOptions,
      callOptions?: CallOptions,
    ): Promise<unknown> | AsyncIterable<unknown> {
      if (method.stream !== undefined) {
        return connectStream(base, service, method, format, request, options, callOptions);
      }
      const contentType = format.isText ? format.contentType : 'application/proto';
      const called: CalledMethod = {
        ...method,
        // Whatever is answered: a download has no form of its own in Connect.
        download: (response, read) => readConnect(response, read, method, format, callOptions?.onTrailers),
      };
      const isGet = get && method.idempotency === 'NO_SIDE_EFFECTS';
      return call(
        base,
        service,
        called,
        { ...format, contentType },
        request,
        { ...options, fetch: connectFetch(options.fetch ?? fetch, isGet) },
        callOptions,
      );
    },
  };
}
