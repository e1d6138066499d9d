import { internal } from '@pipit/runtime';
import { findTwirpError, grpcCodeOf, type HttpResponse } from '@pipit/runtime/door';
import { metadataEntries } from '../../protocol/metadata.ts';
import { MetadataEntry } from '../../protocol/registry.pb.ts';
import type { AnswerRest, RestReader } from './sink.ts';

const nothing: Uint8Array = new Uint8Array();

/** A body that is made here, as the chunks of an answer: the next is asked for when the one before is where it should go. */
export class BodyRest implements AnswerRest {
  readonly totalSize: number | undefined = undefined;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #response: Pick<HttpResponse, 'trailers' | 'error'>;
  #isOver = false;
  #unconsumed = 0;
  #wake: (() => void) | undefined;

  /** @param response whose trailers and error are known at its end */
  constructor(body: AsyncIterable<Uint8Array>, response: Pick<HttpResponse, 'trailers' | 'error'>) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#response = response;
  }

  read(reader: RestReader): void {
    void this.#run(reader);
  }

  consumed(bytes: number): void {
    this.#unconsumed -= bytes;
    if (this.#unconsumed > 0) return;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Nobody reads any more. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#chunks.return?.().catch(() => undefined);
  }

  async #run(reader: RestReader): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#chunks.next();
        if (this.#isOver) return;
        if (done === true) break;
        if (value.length > 0) await this.#give(reader, value);
        if (this.#isOver) return;
      }
    } catch (thrown) {
      if (this.#isOver) return;
      this.#isOver = true;
      reader.broken({
        error: findTwirpError(thrown) ?? internal('the answer broke off', { cause: thrown }),
      });
      return;
    }
    this.#isOver = true;
    const { trailers: last, error } = this.#response;
    const trailers = last === undefined ? [] : metadataEntries(last());
    reader.chunk(nothing, true, {
      trailers: trailers.map((entry) => MetadataEntry.create(entry)),
      grpcStatus: error && grpcCodeOf(error.code),
    });
  }

  #give(reader: RestReader, chunk: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#unconsumed += chunk.length;
      this.#wake = resolve;
      reader.chunk(chunk, false);
    });
  }
}
