import type { TwirpError } from './twirp-error.ts';

/** Something to wait for: a promise of the language's own, or a body that is being read. */
export type Wait<T> = Promise<T> | BodySource<T>;

/** A body, or a value made of it, that is handed over by callback. */
export interface BodySource<T = Uint8Array> {
  readBody(done: (value: T) => void, fail: (error: TwirpError) => void): void;
}

/** Steps that are done one after the other; they yield where they have to wait, and are resumed with what came. */
// What is waited for differs from step to step.
// oxlint-disable-next-line typescript/no-explicit-any
export type Steps<Result> = Generator<Wait<any>, Result, any>;

/**
 * Runs `steps` to their end and hands on their result. Like an async function, but where there is nothing to
 * wait for it does not: each `await` costs a turn and a promise, which is much of what a small call costs.
 * The steps must not throw.
 */
export function runSteps<Result>(steps: Steps<Result>, done: (result: Result) => void): void {
  const onDone = (value: unknown): void => advance(steps.next(value));
  const onFail = (error: unknown): void => advance(steps.throw(error));
  function advance({ done: ended, value }: IteratorResult<Wait<unknown>, Result>): void {
    if (ended === true) done(value);
    else if (isPromise(value)) settle(value, onDone, onFail);
    else value.readBody(onDone, onFail);
  }
  advance(steps.next());
}

function isPromise(value: Wait<unknown>): value is Promise<unknown> {
  try {
    return value instanceof Promise;
  } catch {
    // A proxy around one, which `settle` finds out.
    return true;
  }
}

function settle(
  promise: Promise<unknown>,
  onDone: (value: unknown) => void,
  onFail: (error: unknown) => void,
): void {
  try {
    void promise.then(onDone, onFail);
  } catch (error) {
    // One with a `constructor` of its own that throws: `then` asks for it before anything else.
    onFail(error);
  }
}
