import type { DataTag } from '@tanstack/query-core';
import type { CallOptions } from '../client/call-options.ts';
import { methodOf } from '../client/client-method.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';

/** A method of a client. */
type Method<Request, Response> = (request: Request, options?: CallOptions) => Promise<Response>;

/** Service, method, and the request as JSON: 64-bit integers are strings there, which a key can hold. */
export type CallKey = readonly [service: string, method: string, request?: unknown];

/** The options of a query of TanStack Query, for any of its frameworks. */
export interface CallQuery<Response> {
  readonly queryKey: DataTag<CallKey, Response, TwirpError>;
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<Response>;
}

/** The options of a mutation of TanStack Query. */
export interface CallMutation<Request, Response> {
  readonly mutationKey: CallKey;
  readonly mutationFn: (request: Request) => Promise<Response>;
}

/**
 * A call as a query of TanStack Query: `useQuery(queryOptions(echo.hello, { message: 'world' }))`. Leaving the page ends
 * the call, where nobody else waits for it.
 * @param options of the call
 * @example
 * const { data, error } = useQuery({ ...queryOptions(echo.hello, { message: 'world' }), select: unwrap });
 * @throws {TypeError} for a function that is no method of a client
 * @throws {EncodeError} for a request its message type does not allow
 */
export function queryOptions<Request, Response>(
  method: Method<Request, Response>,
  request: NoInfer<Request>,
  options: Omit<CallOptions, 'signal'> = {},
): CallQuery<Response> {
  return {
    queryKey: queryKey(method, request) as CallQuery<Response>['queryKey'],
    queryFn: ({ signal }) => method(request, { ...options, signal }),
  };
}

/**
 * The key of a call's query; without a request, what the keys of all calls of the method begin with.
 * @example await queryClient.invalidateQueries({ queryKey: queryKey(echo.hello) });
 * @throws {TypeError} for a function that is no method of a client
 */
export function queryKey<Request>(method: Method<Request, unknown>, request?: NoInfer<Request>): CallKey {
  const { service, method: called } = methodOf(method);
  if (request === undefined) return [service, called.name];
  const { input } = called;
  return [service, called.name, input.toJson(input.create(request), { emitDefaults: false })];
}

/**
 * A method as a mutation of TanStack Query. `useMutation({ mutationFn: echo.hello })` would take what TanStack hands
 * over beside the request for options of the call.
 * @example const { mutate } = useMutation(mutationOptions(shop.buy));
 * @throws {TypeError} for a function that is no method of a client
 */
export function mutationOptions<Request, Response>(
  method: Method<Request, Response>,
  options?: CallOptions,
): CallMutation<Request, Response> {
  return { mutationKey: queryKey(method), mutationFn: (request) => method(request, options) };
}
