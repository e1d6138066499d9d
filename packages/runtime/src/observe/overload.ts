import type { Context } from '../rpc/context.ts';
import { contextKey } from '../rpc/context-key.ts';
import type { Hooks } from '../rpc/hooks.ts';
import { watchingInterceptor, type Handler, type Interceptor } from '../rpc/interceptor.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { methodOf } from './conventions.ts';
import { Heartbeat } from './heartbeat.ts';
import { MethodCosts, type MethodCost } from './method-costs.ts';
import { TurnQueue } from './turn-queue.ts';
import { whenHandled } from './when-handled.ts';

/** The options of `overload`. */
export interface OverloadOptions {
  /** Calls that may be under way at a time; more are refused. Default: any number. */
  readonly maxInFlight?: number;
  /**
   * How long calls may have to wait because others compute, in milliseconds, before calls of methods that do so are
   * refused. Those that compute for 5 ms or more on average take turns, so that all others are served in between;
   * where it is the event loop that is late, the others are refused once it is five times as late. Default: none, and
   * no turns.
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

/** Milliseconds a call from which on its method is costly: less is over before anybody notices. */
const costlyMs = 5;
/** Time for which a server counts as overloaded after it has refused a call, in milliseconds. */
const coolingMs = 1_000;
/** Time between two log lines on one method, in milliseconds. */
const quietMs = 10_000;

const entered = contextKey<true>('@pipit/runtime/overload');

/**
 * Refuses calls with 503 `unavailable` and `Retry-After: 1` where they are too many. With `maxDelayMs` calls of costly
 * methods run one after the other with turns of the event loop for all else in between, and are refused where they
 * would wait for longer than that, so that a call that costs nothing is answered in time. Logs the method whose handler
 * held the loop up for longer than `maxDelayMs` in one go.
 * @example
 * const guard = overload({ maxInFlight: 1000, maxDelayMs: 200 });
 * await app.register(pipit, { services, hooks: [guard.hooks], interceptors: [guard.interceptor] });
 * app.get('/readyz', (_, reply) => reply.code(guard.isOverloaded ? 503 : 200).send());
 */
export function overload({ maxInFlight = Infinity, maxDelayMs = Infinity }: OverloadOptions): Overload {
  const heartbeat = new Heartbeat();
  const costs = new MethodCosts();
  const turns = new TurnQueue<MethodCost>();
  const said = new Map<string, number>();
  let inFlight = 0;
  let refusedAt = -Infinity;

  const refuse = (context: Context, why: string): never => {
    refusedAt = performance.now();
    context.responseHeaders.set('Retry-After', '1');
    throw new TwirpError('unavailable', `overloaded: ${why}`);
  };
  const refuseLate = (context: Context): void => {
    const late = heartbeat.late();
    if (late <= maxDelayMs && turns.isEmpty) return;
    const cost = costs.of(context.method);
    const isCostly = cost.ms >= costlyMs;
    if (late > (isCostly ? maxDelayMs : 5 * maxDelayMs)) {
      refuse(context, `the event loop is ${Math.round(late)} ms late`);
    }
    if (isCostly) refuseLong(context, cost);
  };
  const refuseLong = (context: Context, cost: MethodCost): void => {
    const ms = turns.waitMs(cost);
    if (ms > maxDelayMs) refuse(context, `calls of ${methodOf(context)} wait for ${Math.round(ms)} ms`);
  };
  const received = (context: Context): void => {
    if (inFlight >= maxInFlight) refuse(context, `${inFlight} calls are under way`);
    if (maxDelayMs !== Infinity) refuseLate(context);
  };
  const held = (context: Context, cost: MethodCost, ms: number): void => {
    cost.add(ms);
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

  const measured = (
    handler: Handler,
    request: unknown,
    context: Context,
    cost: MethodCost,
    isTurn: boolean,
  ): unknown => {
    const began = performance.now();
    try {
      return handler(request, context);
    } finally {
      const ms = performance.now() - began;
      if (isTurn) turns.leave(ms);
      held(context, cost, ms);
    }
  };
  const inTurn = (handler: Handler, request: unknown, context: Context, cost: MethodCost): unknown => {
    // Its body may have taken a while, and the queue is longer than when it came.
    refuseLong(context, cost);
    const turn = turns.enter(cost, cost.ms);
    if (turn === undefined) return measured(handler, request, context, cost, true);
    return turn.then(() => {
      if (!context.signal.aborted) return measured(handler, request, context, cost, true);
      turns.leave(0);
      throw context.signal.reason;
    });
  };

  return {
    // Who only watches the event loop has nothing to do after a call, so there is no hook for it.
    hooks:
      maxInFlight === Infinity
        ? { requestReceived: received }
        : {
            requestReceived(context) {
              received(context);
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
            const cost = costs.of(context.method);
            return cost.ms < costlyMs
              ? measured(handler, request, context, cost, false)
              : inTurn(handler, request, context, cost);
          },
    ),
    get isOverloaded() {
      return performance.now() - refusedAt < coolingMs;
    },
  };
}
