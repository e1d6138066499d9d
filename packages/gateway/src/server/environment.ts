import type { Logger } from '@pipit/runtime';
import type { Clock } from '../clock.ts';
import type { Limits } from './limits.ts';
import type { Liveness } from './liveness.ts';
import type { Observer } from './observer.ts';

/** The surroundings of everything in a gateway: its time, its bounds, and those who are told what happens. */
export interface Environment {
  readonly clock: Clock;
  /** Time as peers are judged by it. */
  readonly liveness: Liveness;
  readonly limits: Limits;
  readonly log: Logger;
  readonly observer: Observer;
}
