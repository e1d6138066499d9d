import { budgets } from '../../protocol/budgets.ts';
import type { MessageStream } from '../../protocol/message-stream.ts';
import type { Liveness } from '../liveness.ts';

const perSecond = budgets.connection;

/** Seconds in a row above the budget until it is called a flood. */
const secondsOfFlood = 30;

/** Holds a stream back that sends more than is taken. One hand on the brake is enough; all must let go. */
export class BackPressure {
  readonly #stream: MessageStream;
  readonly #liveness: Liveness;
  readonly #holds = new Set<'calls' | 'messages'>();
  #callsHeldSince = 0;
  /** Spent and not made up for: messages, bytes, milliseconds of our CPU. */
  #messages = 0;
  #bytes = 0;
  #cpuMs = 0;
  #seconds = 0;

  constructor(stream: MessageStream, liveness: Liveness) {
    this.#stream = stream;
    this.#liveness = liveness;
  }

  /** Nothing is read from the peer: it cannot be blamed for its silence. */
  get held(): boolean {
    return this.#holds.size > 0;
  }

  /** For how long the peer's own calls have held it, in milliseconds. */
  get callsHeldFor(): number {
    return this.#holds.has('calls') ? this.#liveness.now() - this.#callsHeldSince : 0;
  }

  /** One more message that we did not ask for: its bytes, and the milliseconds of CPU that it has cost us. */
  spend(bytes: number, cpuMs: number): void {
    this.#messages += 1;
    this.#bytes += bytes;
    this.#cpuMs += cpuMs;
    if (this.#isAbove) this.#hold('messages');
  }

  /** Holds the peer back while its own calls are more than are taken. */
  calls(tooMany: boolean): void {
    if (!tooMany) this.#release('calls');
    else if (!this.#holds.has('calls')) {
      this.#callsHeldSince = this.#liveness.now();
      this.#hold('calls');
    }
  }

  /** Once a second. @returns whether the peer has not stopped in spite of it all */
  sweep(): boolean {
    this.#seconds = this.#isAbove ? this.#seconds + 1 : 0;
    this.#messages = Math.max(0, this.#messages - perSecond.count);
    this.#bytes = Math.max(0, this.#bytes - perSecond.bytes);
    this.#cpuMs = Math.max(0, this.#cpuMs - perSecond.cpuMs);
    if (!this.#isAbove) this.#release('messages');
    return this.#seconds >= secondsOfFlood;
  }

  get #isAbove(): boolean {
    return this.#messages > perSecond.count || this.#bytes > perSecond.bytes || this.#cpuMs > perSecond.cpuMs;
  }

  #hold(why: 'calls' | 'messages'): void {
    if (!this.held) this.#stream.pause();
    this.#holds.add(why);
  }

  #release(why: 'calls' | 'messages'): void {
    if (this.#holds.delete(why) && !this.held) this.#stream.resume();
  }
}
