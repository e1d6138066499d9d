import type { TwirpError } from './twirp-error.ts';

/** Something to wait for: a promise, or a body that is being read. */
export type Wait<T> = PromiseLike<T> | BodySource<T>;

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
    else if ('readBody' in value) value.readBody(onDone, onFail);
    else value.then(onDone, onFail);
  }
  advance(steps.next());
}
