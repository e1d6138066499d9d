import type { TwirpError } from './twirp-error.ts';

/** Something to wait for: a promise, or what reads a body and calls back. */
export type Wait<T> = PromiseLike<T> | BodySource;

interface BodySource {
  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void): void;
}

/** What is done one after the other; yields where it has to wait, and is resumed with what came. */
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
