import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '../rpc/context.ts';
import type { Interceptor } from '../rpc/interceptor.ts';

const calls = new AsyncLocalStorage<Context>();

/**
 * Interceptor that lets `currentCall` know the call, for whatever runs inside it, after a wait too. Not there by default,
 * because Node 20 pays for it at every promise: a handler that passes its `context` on needs none of it.
 * @example
 * await app.register(pipit, { services, interceptors: [keepCurrentCall] });
 */
export const keepCurrentCall: Interceptor = (request, context, next) =>
  calls.run(context, () => next(request));

/**
 * The call whose handler this runs in; undefined outside of one, and without `keepCurrentCall`.
 * @example
 * const stock = createClient(Stock, { baseUrl, context: currentCall });
 */
export function currentCall(): Context | undefined {
  return calls.getStore();
}
