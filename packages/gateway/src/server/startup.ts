import type { Clock } from '../clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { serviceNameProblem } from '../protocol/service-name.ts';
import type { Limits } from './limits.ts';

/** Without a registration for so long, in milliseconds, those that were connected before are back. */
const quiet = 2_000;

/** The first time of a gateway, in which services that were connected to the one before have yet to come back. */
export class Startup {
  /** Resolves once they are back, as far as that can be told; at once where no key may register anything. */
  readonly over: Promise<void>;
  readonly #keys: Pick<KeyRing, 'covers'>;
  readonly #clock: Clock;
  readonly #until: number;
  #latest: number;
  #end: () => void = () => undefined;

  constructor(keys: Pick<KeyRing, 'covers'>, clock: Clock, { startKnownFor }: Pick<Limits, 'startKnownFor'>) {
    this.#keys = keys;
    this.#clock = clock;
    this.#latest = clock.now();
    this.#until = this.#latest + startKnownFor;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (startKnownFor === 0 || !keys.covers()) this.#end();
  }

  /** True for a name without a connection that may be about to come back. */
  expects(service: string): boolean {
    return (
      this.#clock.now() < this.#until &&
      serviceNameProblem(service) === undefined &&
      this.#keys.covers(service)
    );
  }

  /** A service has registered. */
  registered(): void {
    this.#latest = this.#clock.now();
  }

  /** Once a second. */
  sweep(): void {
    const now = this.#clock.now();
    if (now >= Math.min(this.#latest + quiet, this.#until)) this.#end();
  }
}
