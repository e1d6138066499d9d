import type { Context } from './context.ts';
import { isError } from './is-error.ts';
import { isPromiseLike } from './is-promise-like.ts';

/**
 * Wraps the handler, between decoding and encoding. May change the request, answer itself, change the
 * response, or throw. `next` runs the rest. The message types are only known at method level; elsewhere an
 * interceptor narrows them itself, hence `any` as the default.
 */
// oxlint-disable-next-line typescript/no-explicit-any
export type Interceptor<Request = any, Response = any> = (
  request: Request,
  context: Context,
  next: (request: Request) => Promise<Response>,
) => Response | Promise<Response>;

/** Takes a decoded request to a response message. */
export type Handler = (request: unknown, context: Context) => unknown;

/** Puts a handler around another. */
type HandlerWrapper = (inner: Handler) => Handler;

/** Under this key an interceptor has a wrapper that does the same for less: no promise and no closure a call. */
const wrapper = Symbol.for('@pipit/runtime/handler-wrapper');

/**
 * An interceptor that only watches, such as that of `overload`: it has nothing to wait for, so a synchronous handler
 * stays one.
 */
export function watchingInterceptor(wrap: HandlerWrapper): Interceptor {
  const interceptor: Interceptor = (request, context, next) => wrap(next)(request, context);
  return Object.assign(interceptor, { [wrapper]: wrap });
}

/**
 * The handler inside its interceptors, the first outermost; empty places in the list are skipped.
 * @throws {TypeError} for an interceptor that is not a function
 */
export function intercept(
  handler: Handler,
  interceptors: readonly (Interceptor | null | undefined)[],
): Handler {
  return interceptors.reduceRight<Handler>((inner, interceptor) => {
    if (interceptor === null || interceptor === undefined) return inner;
    if (typeof interceptor !== 'function') {
      throw new TypeError(`expected a function as an interceptor, got ${typeof interceptor}`);
    }
    const wrap = (interceptor as { [wrapper]?: HandlerWrapper })[wrapper];
    if (wrap !== undefined) return wrap(inner);
    return (request, context) =>
      // `async`, so that a sync throw of the inner handler is a rejection an interceptor can catch.
      interceptor(request, context, async (passed: unknown) => {
        const returned = inner(passed, context);
        const response: unknown = isPromiseLike(returned) ? await returned : returned;
        // As where there is no interceptor.
        if (isError(response)) throw response;
        return response;
      });
  }, handler);
}
