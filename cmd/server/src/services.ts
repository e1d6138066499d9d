import { CountdownServer } from '@pipit/rpc/user/v0/countdown';
import { Countdown } from '@pipit/rpc/user/v0/countdown.twirp';
import { EchoServer } from '@pipit/rpc/user/v0/echo';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import type { ServedService } from '@pipit/runtime';

/** Everything this server serves. */
export function services(): ServedService[] {
  return [Echo.serve(new EchoServer()), Countdown.serve(new CountdownServer())];
}

/** Tells whether a service is for the house only: its package is `v0`, or ends in `.v0`. */
export function isInternal({ type }: ServedService): boolean {
  return /(?:^|\.)v0\.[^.]+$/.test(type.typeName);
}
