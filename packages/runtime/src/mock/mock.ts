import type { ClientOptions } from '../client/client-options.ts';
import { createClient } from '../client/create-client.ts';
import { localFetch, localOrigin, type LocalOptions } from '../local/local-fetch.ts';
import type { Context } from '../rpc/context.ts';
import { defaultPrefix } from '../rpc/prefix.ts';
import type { ServiceType } from '../rpc/service-type.ts';
import { unimplemented } from '../rpc/twirp-errors.ts';

/** A method as a service declares it. */
// oxlint-disable-next-line typescript/no-explicit-any
type Method = (request: any, context: Context) => unknown;

/** The answers of a mock, by method: a handler like the service's own, or the answer itself; an Error is thrown. */
export type MockHandlers<Service> = {
  readonly [Name in keyof Service]?:
    | Service[Name]
    | (Service[Name] extends (...rest: never[]) => infer Answer ? Awaited<Answer> : never)
    | Error;
};

/** A call that a mock got. */
export interface MockCall<Request = unknown> {
  /** Decoded, as a handler gets it. */
  readonly request: Request;
  /** Its headers, deadline and signal among the rest. */
  readonly context: Context;
}

type MockCalls<Service> = {
  readonly [Name in keyof Service]: readonly MockCall<
    Service[Name] extends (request: infer Request, ...rest: never[]) => unknown ? Request : never
  >[];
};

/** The options of either side. */
export interface MockOptions {
  readonly server?: Omit<LocalOptions, 'services'>;
  readonly client?: Omit<ClientOptions, 'baseUrl' | 'prefix' | 'fetch'>;
}

/** A service that only pretends, and its client. */
export interface Mock<Service, Client> {
  readonly client: Client;
  /** For clients that the code under test makes itself: `createClient(Echo, { baseUrl: 'http://local', fetch })`. */
  readonly fetch: typeof fetch;
  /** The calls so far, by method. */
  readonly calls: MockCalls<Service>;
  /** Handlers from here on, beside those that stay. */
  readonly use: (handlers: MockHandlers<Service>) => void;
  /** Forgets the calls, and the handlers but for the first. */
  readonly reset: () => void;
}

/**
 * A service that answers as a test says, over the in-process door: requests and answers are encoded, errors and
 * envelopes are as over the network. A method without a handler is `unimplemented`. Needs nothing of Node.
 * @param handlers answers, or functions that make them
 * @example
 * const { client, calls } = mock(Echo, { hello: { data: { message: 'hi' } } });
 * await client.hello({ message: 'world' });
 * expect(calls.hello[0]?.request.message).toBe('world');
 */
export function mock<Service, Client>(
  type: ServiceType<Service, Client>,
  handlers: MockHandlers<NoInfer<Service>> = {},
  options: MockOptions = {},
): Mock<Service, Client> {
  const names = Object.keys(type.methods);
  const calls: Record<string, MockCall[]> = {};
  const forget = (): void => {
    for (const name of names) calls[name] = [];
  };
  forget();
  let chosen = handlers as Readonly<Record<string, unknown>>;
  const answer = (name: string, request: unknown, context: Context): unknown => {
    calls[name]?.push({ request, context });
    const handler = chosen[name];
    if (handler === undefined) throw unimplemented(`the mock of ${type.typeName} has no handler ${name}`);
    return typeof handler === 'function' ? (handler as Method).call(chosen, request, context) : handler;
  };
  const service = Object.fromEntries(
    names.map((name): [string, Method] => [name, (request, context) => answer(name, request, context)]),
  ) as Service;
  const { prefix = defaultPrefix } = options.server ?? {};
  const fetch = localFetch({ ...options.server, services: [type.serve(service)], prefix });
  return {
    client: createClient(type, { ...options.client, baseUrl: localOrigin, prefix, fetch }),
    fetch,
    calls: calls as unknown as MockCalls<Service>,
    use: (more) => void (chosen = { ...chosen, ...(more as object) }),
    reset: () => {
      forget();
      chosen = handlers;
    },
  };
}
