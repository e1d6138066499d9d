import type { Context } from '../rpc/context.ts';
import { contextKey } from '../rpc/context-key.ts';
import type { Hooks } from '../rpc/hooks.ts';
import { watchingInterceptor, type Interceptor } from '../rpc/interceptor.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { methodOf } from './conventions.ts';
import { Heartbeat } from './heartbeat.ts';
import { MethodCosts } from './method-costs.ts';
import { whenHandled } from './when-handled.ts';

/** The options of `overload`. */
export interface OverloadOptions {
  /** Calls that may be under way at a time; more are refused. Default: any number. */
  readonly maxInFlight?: number;
  /**
   * How late the event loop may be, in milliseconds, before calls are refused that would hold it up further. Methods
   * that take less than a tenth of it are served until it is five times as late: refusing them costs as much. Default:
   * none.
   */
  readonly maxDelayMs?: number;
}

/** The hooks and the interceptor that keep a server from more work than it can do. */
export interface Overload {
  /** To be the first: what they refuse has cost next to nothing, its body has not been read. */
  readonly hooks: Hooks;
  /** To be the innermost: it measures the handler. */
  readonly interceptor: Interceptor;
  /** True while calls are refused, and for a second after: then a balancer has better servers. */
  readonly isOverloaded: boolean;
}

/** Time for which a server counts as overloaded after it has refused a call, in milliseconds. */
const coolingMs = 1_000;
/** Time between two log lines on one method, in milliseconds. */
const quietMs = 10_000;

const entered = contextKey<true>('@pipit/runtime/overload');

/**
 * Refuses calls with 503 `unavailable` and `Retry-After: 1` where they are too many, or the event loop is late and
 * their method is one of those that make it so; a call that costs nothing still is answered in time. Logs the method
 * whose handler held the loop up for longer than `maxDelayMs`.
 * @example
 * const guard = overload({ maxInFlight: 1000, maxDelayMs: 200 });
 * await app.register(pipit, { services, hooks: [guard.hooks], interceptors: [guard.interceptor] });
 * app.get('/readyz', (_, reply) => reply.code(guard.isOverloaded ? 503 : 200).send());
 */
export function overload({ maxInFlight = Infinity, maxDelayMs = Infinity }: OverloadOptions): Overload {
  const heartbeat = new Heartbeat();
  const costs = new MethodCosts();
  const said = new Map<string, number>();
  let inFlight = 0;
  let refusedAt = -Infinity;

  const reason = (context: Context): string | undefined => {
    if (inFlight >= maxInFlight) return `${inFlight} calls are under way`;
    if (maxDelayMs === Infinity) return undefined;
    const late = heartbeat.late();
    if (late <= maxDelayMs) return undefined;
    if (late <= 5 * maxDelayMs && costs.of(context.method) < maxDelayMs / 10) return undefined;
    return `the event loop is ${Math.round(late)} ms late`;
  };
  const refuse = (context: Context): void => {
    const why = reason(context);
    if (why === undefined) return;
    refusedAt = performance.now();
    context.responseHeaders.set('Retry-After', '1');
    throw new TwirpError('unavailable', `overloaded: ${why}`);
  };
  const held = (context: Context, ms: number): void => {
    costs.add(context.method, ms);
    if (ms <= maxDelayMs) return;
    const name = methodOf(context);
    const now = performance.now();
    if (now - (said.get(name) ?? -Infinity) <= quietMs) return;
    said.set(name, now);
    const rounded = Math.round(ms);
    context.log.warn(
      { method: name, ms: rounded },
      `the event loop stood still for ${rounded} ms during ${name}`,
    );
  };

  return {
    // Who only watches the event loop has nothing to do after a call, so there is no hook for it.
    hooks:
      maxInFlight === Infinity
        ? { requestReceived: refuse }
        : {
            requestReceived(context) {
              refuse(context);
              inFlight += 1;
              context.set(entered, true);
            },
            responseSent(context) {
              if (context.get(entered) === true) whenHandled(context, () => void (inFlight -= 1));
            },
          },
    interceptor: watchingInterceptor((handler) =>
      maxDelayMs === Infinity
        ? handler
        : (request, context) => {
            const began = performance.now();
            const answer = handler(request, context);
            held(context, performance.now() - began);
            return answer;
          },
    ),
    get isOverloaded() {
      return performance.now() - refusedAt < coolingMs;
    },
  };
}
