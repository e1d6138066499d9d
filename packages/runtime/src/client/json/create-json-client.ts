import { baseOf } from '../base-of.ts';
import { call } from '../call.ts';
import type { CallOptions, StreamOptions } from '../call-options.ts';
import type { JsonClientOptions } from '../client-options.ts';
import type { MessageFormat } from '../message-format.ts';
import { asText } from '../response-body.ts';
import type { JsonMethod, JsonStreamMethod } from './json-method.ts';

/** Calls any method of a `.json.ts` file. Rejects as the methods of `createClient` do. */
export interface JsonClient {
  <Request, Response>(
    method: JsonStreamMethod<Request, Response>,
    request: NoInfer<Request>,
    options?: Omit<StreamOptions, 'context'>,
  ): AsyncIterable<Response>;
  <Request, Response>(
    method: JsonMethod<Request, Response>,
    request: NoInfer<Request>,
    options?: Omit<CallOptions, 'context'>,
  ): Promise<Response>;
}

const plainJson: MessageFormat = {
  contentType: 'application/json',
  isText: true,
  encode: JSON.stringify,
  decode(body, kind) {
    const text = asText(body);
    if (kind !== 'value' && !/^\s*{/.test(text)) throw new TypeError('not an object');
    return JSON.parse(text);
  },
};

/**
 * A client without codecs, for browsers that count bytes: `const client = createJsonClient({ baseUrl })`, then
 * `await client(hello, { message: 'world' })` with `hello` from a `.json.ts` file. Messages are what
 * `JSON.parse` makes of them; nothing checks that the server sent what the types say. On a server `forCall(context)` makes
 * the options of a call that is made for another.
 * @example
 * const client = createJsonClient({ baseUrl: 'https://example.com' });
 * const { data } = await client(hello, { message: 'world' });
 */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const base = baseOf(options);
  return (method, request, callOptions) =>
    // Who calls no stream pays for none.
    ((options.protocol?.call ?? method.stream ?? call) as typeof call)(
      base,
      method.service,
      method,
      plainJson,
      request,
      options,
      callOptions,
    ) as never;
}
