import type { Context } from './context.ts';
import { isPromiseLike } from './is-promise-like.ts';
import type { TwirpError } from './twirp-error.ts';

type Awaitable<T> = T | Promise<T>;

/**
 * Functions that run around a call, in Twirp's order: `requestReceived`, `requestRouted`, [decode,
 * interceptors, handler], `responsePrepared`, write, `responseSent`; on failure `error` before the write.
 * A hook that throws a TwirpError fails the call with it; anything else thrown is `internal`.
 */
export interface Hooks {
  /** Before anything is checked. The method is known where the path names one. */
  requestReceived?(context: Context): Awaitable<void>;
  /** Path, verb and Content-Type are right; the body has not been read. */
  requestRouted?(context: Context): Awaitable<void>;
  /** The handler has answered; nothing is encoded yet. */
  responsePrepared?(context: Context): Awaitable<void>;
  /** The call failed. What is thrown here becomes the error instead. */
  error?(context: Context, error: TwirpError): Awaitable<void>;
  /** Always last and exactly once, when the answer is written or the connection lost: `context.outcome` says which. What it throws is only logged. */
  responseSent?(context: Context): Awaitable<void>;
}

type Stage = (context: Context) => Awaitable<void>;
type ErrorStage = (context: Context, error: TwirpError) => Awaitable<void>;

/** Hooks by stage, in the order they run; an empty stage costs a call nothing. */
export interface HookChain {
  readonly requestReceived: readonly Stage[];
  readonly requestRouted: readonly Stage[];
  readonly responsePrepared: readonly Stage[];
  readonly error: readonly ErrorStage[];
  readonly responseSent: readonly Stage[];
}

/** @throws {TypeError} for what holds no hooks, such as a function that makes them */
export function hookChain(hooks: readonly Hooks[]): HookChain {
  hooks.forEach((hook: unknown, i) => {
    if (typeof hook === 'object' && hook !== null) return;
    const got = typeof hook === 'function' ? `a function: call it, as in ${hook.name}()` : String(hook);
    throw new TypeError(`hooks[${i}]: expected an object with hooks, got ${got}`);
  });
  return {
    requestReceived: hooks.flatMap((hook) => hook.requestReceived?.bind(hook) ?? []),
    requestRouted: hooks.flatMap((hook) => hook.requestRouted?.bind(hook) ?? []),
    responsePrepared: hooks.flatMap((hook) => hook.responsePrepared?.bind(hook) ?? []),
    error: hooks.flatMap((hook) => hook.error?.bind(hook) ?? []),
    responseSent: hooks.flatMap((hook) => hook.responseSent?.bind(hook) ?? []),
  };
}

/**
 * Runs the hooks of one stage one after the other; the first that throws stops the rest. Returns undefined
 * where there was nothing to wait for.
 */
export function runStage(stage: readonly Stage[], context: Context): Promise<void> | undefined {
  return stage.length === 0 ? undefined : inOrder(stage, (hook) => hook(context));
}

/** As `runStage`, for hooks that are told the error. */
export function runErrorHooks(
  stage: readonly ErrorStage[],
  context: Context,
  error: TwirpError,
): Promise<void> | undefined {
  return stage.length === 0 ? undefined : inOrder(stage, (hook) => hook(context, error));
}

function inOrder<Hook>(
  hooks: readonly Hook[],
  run: (hook: Hook) => Awaitable<void>,
): Promise<void> | undefined {
  // By index, because this runs several times a call and an iterator of pairs costs more than most hooks.
  for (let index = 0; index < hooks.length; index++) {
    const pending = run(hooks[index] as Hook);
    if (isPromiseLike(pending)) return continued(pending, hooks.slice(index + 1), run);
  }
  return undefined;
}

async function continued<Hook>(
  pending: PromiseLike<unknown>,
  rest: readonly Hook[],
  run: (hook: Hook) => Awaitable<void>,
): Promise<void> {
  await pending;
  for (const hook of rest) await run(hook);
}
