import type { CallContext } from '../rpc/call-context.ts';
import { logWarning } from '../rpc/logger.ts';
import { toTwirpError } from '../rpc/thrown-error.ts';

/** A handler that runs on for so long after its stream is over is told of, in milliseconds. */
const patience = 1_000;

/** The messages of a handler, asked for one by one. */
export class HandlerStream {
  readonly #call: CallContext;
  readonly #messages: AsyncIterator<unknown>;
  #isDone = false;

  /** @throws {unknown} where the handler's object gives no iterator */
  constructor(call: CallContext, messages: AsyncIterable<unknown>) {
    this.#call = call;
    this.#messages = messages[Symbol.asyncIterator]();
  }

  /** The next message. Rejects with what the handler throws. */
  async next(): Promise<IteratorResult<unknown, unknown>> {
    try {
      const result = await this.#messages.next();
      if (result.done === true) this.#isDone = true;
      return result;
    } catch (thrown) {
      this.#isDone = true;
      throw thrown;
    }
  }

  /**
   * Tells the handler that nobody wants more. It is not waited for: a generator that is blocked in an `await` does not hear
   * of it before that is over, and its log says so.
   */
  return(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const call = this.#call;
    const running = this.#returned();
    call.running = running;
    const timer = setTimeout(() => {
      const { traceId, service, method } = call;
      const text = `${service}/${method?.name} still runs after its stream is over: it does not watch context.signal`;
      logWarning(call.log, { traceId }, text);
    }, patience);
    void running.then(() => {
      clearTimeout(timer);
      if (call.running === running) call.running = undefined;
    });
  }

  /** Never rejects: what a `finally` throws is logged. */
  async #returned(): Promise<void> {
    try {
      await this.#messages.return?.();
    } catch (thrown) {
      toTwirpError(this.#call, thrown);
    }
  }
}
