import { setTimeout } from 'node:timers/promises';
import { invalidArgument, tracked, type Context } from '@pipit/runtime';
import type { Countdown, TickInit, WatchRequest } from './countdown.twirp.ts';

/** Counts down for whoever watches. */
export class CountdownServer implements Countdown {
  async *watch({ from }: WatchRequest, { lastEventId, signal }: Context): AsyncIterable<TickInit> {
    if (from < 0 || from > 3600) throw invalidArgument('from', 'must be between 0 and 3600');
    let left = lastEventId === undefined ? from || 10 : Number(lastEventId) - 1;
    for (; left > 0; left--) {
      yield tracked(String(left), { left, text: `${left} …` });
      // Ends at once where the caller goes.
      await setTimeout(1_000, undefined, { signal });
    }
    yield { text: 'Lift-off!' };
  }
}
