import { systemClock, type Clock } from '@pipit/gateway';

/** The process's clock, which knows how many of its timers are set. */
export class CountingClock implements Clock {
  timers = 0;

  now(): number {
    return systemClock.now();
  }

  after(ms: number, callback: () => void): () => void {
    let isSet = true;
    const unset = (): void => {
      if (isSet) this.timers -= 1;
      isSet = false;
    };
    this.timers += 1;
    const stop = systemClock.after(ms, () => {
      unset();
      callback();
    });
    return () => {
      unset();
      stop();
    };
  }
}
