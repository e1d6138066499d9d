import { CountdownServer } from '@pipit/rpc/user/v0/countdown';
import { Countdown } from '@pipit/rpc/user/v0/countdown.twirp';
import { EchoServer } from '@pipit/rpc/user/v0/echo';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import type { ReadinessCheck } from '@pipit/process';
import type { ServedService } from '@pipit/runtime';

/** Everything this server serves. */
export function services(): ServedService[] {
  return [Echo.serve(new EchoServer()), Countdown.serve(new CountdownServer())];
}

/**
 * The checks of what must work beside this server before it wants calls; `/readyz` asks each time.
 * @example return [{ name: 'database', check: (signal) => pool.query({ text: 'select 1', signal }) }];
 */
export function readinessChecks(): ReadinessCheck[] {
  return [];
}

/** Tells whether a service is for the house only: its package is `v0`, or ends in `.v0`. */
export function isInternal({ type }: ServedService): boolean {
  return /(?:^|\.)v0\.[^.]+$/.test(type.typeName);
}
