import type { MessageStream } from '../../protocol/message-stream.ts';
import type { Liveness } from '../liveness.ts';

/** Messages a second, answers and requests not counted, after which a peer is held back until the next second. */
const messagesPerSecond = 10_000;

/** Seconds in a row above that until it is called a flood. */
const secondsOfFlood = 30;

/** Holds a stream back that sends more than is taken. One hand on the brake is enough; all must let go. */
export class BackPressure {
  readonly #stream: MessageStream;
  readonly #liveness: Liveness;
  readonly #holds = new Set<'calls' | 'messages'>();
  #callsHeldSince = 0;
  #messages = 0;
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

  /** One more message that is neither a request nor an answer. */
  count(): void {
    this.#messages += 1;
    if (this.#messages > messagesPerSecond) this.#hold('messages');
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
    this.#seconds = this.#messages > messagesPerSecond ? this.#seconds + 1 : 0;
    this.#messages = 0;
    this.#release('messages');
    return this.#seconds >= secondsOfFlood;
  }

  #hold(why: 'calls' | 'messages'): void {
    if (!this.held) this.#stream.pause();
    this.#holds.add(why);
  }

  #release(why: 'calls' | 'messages'): void {
    if (this.#holds.delete(why) && !this.held) this.#stream.resume();
  }
}
