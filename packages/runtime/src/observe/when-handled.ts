import type { Context } from '../rpc/context.ts';

/** Calls `done` in `responseSent` of a call, or once its handler is done where that runs on after the answer. */
export function whenHandled({ outcome: { stillRunning } }: Context, done: () => void): void {
  if (stillRunning === undefined) done();
  else void stillRunning.then(done);
}
