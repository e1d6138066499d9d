import type { TwirpError } from '@pipit/runtime';
import { grpcCode, grpcCodeOf, type HttpResponse } from '@pipit/runtime/door';
import { openResponse } from '../protocol/chunks.ts';
import type { Feeder, Outbox } from '../protocol/outbox.ts';
import type { ForwardedCall } from './forwarded-call.ts';
import { metadataEntries } from '../protocol/metadata.ts';
import { responseOf } from './responses.ts';

const nothing: Uint8Array = new Uint8Array();

/** An answer whose chunks go out as they come; the next one is asked for when the gateway has room for it. */
export class StreamedAnswer {
  readonly #call: ForwardedCall;
  readonly #response: HttpResponse<AsyncIterable<Uint8Array>>;
  readonly #outbox: Outbox;
  readonly #over: () => void;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #feeder: Feeder | undefined;
  #isOver = false;
  #taken: () => void = () => undefined;

  /** @param over called once, when the last chunk has left or nobody waits for it */
  constructor(
    call: ForwardedCall,
    response: HttpResponse<AsyncIterable<Uint8Array>>,
    outbox: Outbox,
    over: () => void,
  ) {
    this.#call = call;
    this.#response = response;
    this.#outbox = outbox;
    this.#over = over;
    this.#chunks = response.body[Symbol.asyncIterator]();
    void this.#run();
  }

  /** The call is to end, and its caller to hear why. */
  interrupt(why: TwirpError): void {
    this.#call.interrupt(why);
  }

  /** Nobody reads any more. */
  stop(): void {
    if (this.#isOver) return;
    this.#feeder?.stop();
    this.#end(false);
    this.#taken();
    this.#chunks.return?.().catch(() => undefined);
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#chunks.next();
        if (this.#isOver) return;
        if (done === true) break;
        // The first says that there is an answer, even where there is nothing of it yet.
        if (value.length > 0 || this.#feeder === undefined) await this.#send(value);
        if (this.#isOver) return;
      }
      if (this.#feeder === undefined) await this.#send(nothing);
      if (this.#isOver) return;
      this.#taken = () => this.#end(true);
      this.#feeder?.end();
    } catch (cause) {
      this.#break(cause);
    }
  }

  #send(bytes: Uint8Array): Promise<void> {
    const feeder = (this.#feeder ??= this.#open());
    return new Promise((resolve) => {
      this.#taken = resolve;
      feeder.add(bytes);
    });
  }

  #open(): Feeder {
    const response = this.#response;
    const { trailers } = response;
    const head = responseOf(this.#call, { ...response, body: nothing, trailers: undefined });
    return this.#outbox.open({
      id: this.#call.requestId,
      message: openResponse(head, () => ({
        trailers: trailers && metadataEntries(trailers()),
        // The bytes say it to the caller, and this to the gateway.
        grpcStatus: response.error && grpcCodeOf(response.error.code),
      })),
      taken: () => this.#taken(),
    });
  }

  /** The end where the rest will not come: a part must not pass for the whole. */
  #break(cause: unknown): void {
    if (this.#isOver) return;
    const { requestId } = this.#call;
    const errorMessage = `the answer broke off: ${(cause as Error).message}`;
    const value = { requestId, statusCode: grpcCode.internal, errorMessage };
    this.#feeder?.stop();
    this.#outbox.send({ messageType: { case: 'response', value } });
    this.#end(false);
  }

  #end(delivered: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#response.afterWrite?.(delivered);
    this.#over();
  }
}
