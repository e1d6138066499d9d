import {
  type ChunkError,
  ChunkOrder,
  chunkOfResponse,
  isOpenEnded,
  requestTransfer,
} from '../protocol/chunks.ts';
import type { Outbox } from '../protocol/outbox.ts';
import { ForwardRequest, type ForwardRequestInit, type ForwardResponse } from '../protocol/registry.pb.ts';
import type { GatewayInfo } from './gateway-info.ts';

/** The parts of one connection that calling needs. */
export interface CallerDeps {
  readonly outbox: Outbox;
  readonly gateway: GatewayInfo;
  readonly chunkBytes: number;
  /** The largest answer that is taken, in bytes. */
  readonly maxAnswerBytes: number;
  /** Something ended; perhaps nothing is under way any more. */
  settled(): void;
}

/** The reader of one call's answer. */
export interface AnswerReader {
  /** The answer, or its first chunk, where more come. */
  head(response: ForwardResponse, complete: boolean): void;
  /** The next chunk. */
  chunk(bytes: Uint8Array, last: boolean): void;
  /** There is no answer, or no more of it. Last, in place of a last chunk. */
  failed(cause: Error): void;
}

/** A call under way, in the hands of whoever made it. */
export interface OwnCall {
  /** Nobody reads any more. */
  cancel(): void;
  /** So many bytes of chunks were read: more may come. */
  consumed(bytes: number): void;
}

interface Pending {
  readonly reader: AnswerReader;
  /** Takes back what has not left. */
  stop: () => void;
  order: ChunkOrder | undefined;
}

/** Our own calls over one connection. */
export class Caller {
  readonly #deps: CallerDeps;
  readonly #pending = new Map<string, Pending>();
  #lastId = 0;

  constructor(deps: CallerDeps) {
    this.#deps = deps;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  get gateway(): GatewayInfo {
    return this.#deps.gateway;
  }

  /** @throws {RangeError} for a request larger than the gateway takes */
  call(init: ForwardRequestInit, reader: AnswerReader): OwnCall {
    const { outbox, gateway, chunkBytes } = this.#deps;
    const requestId = `c${(this.#lastId += 1)}`;
    const request = { ...init, requestId };
    const size = request.payload?.length ?? 0;
    const chunked = size > chunkBytes && gateway.can.chunks;
    if (!chunked && size > chunkBytes && ForwardRequest.encode(request).length > gateway.maxMessageBytes) {
      throw new RangeError(
        `the gateway takes requests of ${gateway.maxMessageBytes} bytes, this one has ${size}`,
      );
    }
    const pending: Pending = { reader, stop: () => undefined, order: undefined };
    this.#pending.set(requestId, pending);
    pending.stop = chunked
      ? outbox.transfer(requestTransfer(request))
      : outbox.send({ messageType: { case: 'request', value: request } });
    return {
      cancel: () => this.#cancel(requestId, pending),
      consumed: (bytes) => {
        if (!gateway.can.window || !this.#pending.has(requestId)) return;
        outbox.control({ messageType: { case: 'window', value: { requestId, bytes } } });
      },
    };
  }

  response(response: ForwardResponse): void {
    const { requestId, payload } = response;
    const pending = this.#pending.get(requestId);
    // Late, after we have cancelled.
    if (pending === undefined) return;
    const place = chunkOfResponse(response);
    if (place === undefined) {
      this.#settle(requestId, pending);
      if (pending.order === undefined) pending.reader.head(response, true);
      else pending.reader.failed(new Error('chunks of the answer were followed by a second answer'));
      return;
    }
    const isFirst = pending.order === undefined;
    const order = (pending.order ??= new ChunkOrder(
      isOpenEnded(response) ? Infinity : this.#deps.maxAnswerBytes,
    ));
    try {
      order.take(place, payload.length);
    } catch (thrown) {
      this.#cancel(requestId, pending);
      pending.reader.failed(thrown as ChunkError);
      return;
    }
    if (place.last) this.#settle(requestId, pending);
    if (isFirst) pending.reader.head(response, false);
    else pending.reader.chunk(payload, place.last);
  }

  /** The connection is lost. */
  close(cause: Error): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reader } of all) reader.failed(cause);
  }

  #cancel(requestId: string, pending: Pending): void {
    if (this.#pending.get(requestId) !== pending) return;
    const { outbox, gateway } = this.#deps;
    this.#settle(requestId, pending);
    if (!gateway.can.cancel) return;
    outbox.control({ messageType: { case: 'cancel', value: { requestId } } });
  }

  #settle(requestId: string, pending: Pending): void {
    this.#pending.delete(requestId);
    pending.stop();
    this.#deps.settled();
  }
}
