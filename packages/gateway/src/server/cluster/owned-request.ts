import type { TwirpError } from '@pipit/runtime';
import type {
  BusChunk,
  BusMessage,
  BusMessageInit,
  BusRequest,
  RollCall_Entry,
  RollCall_EntryInit,
} from '../../protocol/cluster.pb.ts';
import { notBegun } from '../requests/failures.ts';
import type { IncomingRequest } from '../requests/incoming-request.ts';
import type { PeerAnswer, RequestFailure, RequestHandle, Sink } from '../requests/sink.ts';
import type { BusLink, BusSide } from './bus-link.ts';
import { ChunkCounter, Credit, PacedChunks } from './paced-chunks.ts';
import { timing } from './timing.ts';

/** Starts a request at a connection of this gateway. */
export type Take = (request: IncomingRequest, sink: Sink) => RequestHandle;

/**
 * The owner's side of a request that came to another gateway. It says at once that it has it, and starts it unless the
 * entry may have asked another meanwhile: then it waits for the entry's word.
 */
export class OwnedRequest implements BusSide, Sink {
  readonly #request: BusRequest;
  readonly #link: BusLink;
  readonly #take: Take;
  readonly #over: () => void;
  readonly #arrived: number;
  readonly #body = new ChunkCounter();
  readonly #parts: Uint8Array[] = [];
  #received: number;
  readonly #credit = new Credit((bytes) => this.#say({ case: 'credit', value: { bytes } }));
  #mayStart: boolean;
  #isOver = false;
  #handle: RequestHandle | undefined;
  #answer: PacedChunks | undefined;
  #stopTimer: () => void = () => undefined;

  constructor(request: BusRequest, link: BusLink, take: Take, over: () => void) {
    this.#request = request;
    this.#link = link;
    this.#take = take;
    this.#over = over;
    this.#arrived = link.clock.now();
    this.#received = request.body.length;
    this.#parts.push(request.body);
    // One that was asked before may have it still: whose it is, the entry says.
    this.#mayStart = request.attempt === 1 && isFresh(request, link);
  }

  start(): void {
    this.#say({ case: 'ack', value: { waits: !this.#mayStart } });
    if (this.#isReady) this.#begin();
    else this.#waitForEntry();
  }

  heard({ what }: BusMessage): void {
    if (what?.case === 'go') {
      this.#mayStart = true;
      if (this.#isReady) this.#begin();
    } else if (what?.case === 'bodyChunk') this.#chunk(what.value);
    else if (what?.case === 'credit') this.#answer?.credit(what.value.bytes);
    else if (what?.case === 'cancel' || what?.case === 'lost') this.#cancel();
  }

  /** With its entry the caller is gone, too. */
  gone(gatewayId: string): void {
    if (gatewayId === this.#request.entry) this.#cancel();
  }

  get other(): string {
    return this.#request.entry;
  }

  progress(): RollCall_EntryInit {
    const { id, attempt } = this.#request;
    const sent = this.#answer === undefined ? 0 : 1 + this.#answer.count;
    return { id, attempt, sent, credit: this.#credit.total };
  }

  compare({ sent, credit }: RollCall_Entry): void {
    if (this.#handle === undefined && sent > this.#body.count) this.failed(notBegun());
    else this.#answer?.creditInAll(credit);
  }

  answered({ head, rest }: PeerAnswer): void {
    const { payload } = head;
    const { wholeBytes } = this.#link;
    if (rest === undefined && payload.length <= wholeBytes) {
      this.#say({ case: 'answer', value: { head } });
      this.#end();
      return;
    }
    const total = rest === undefined ? payload.length : rest.totalSize;
    const first = payload.subarray(0, Math.min(payload.length, wholeBytes));
    this.#say({
      case: 'answer',
      value: {
        head: { ...head, payload: first },
        more: true,
        ...(total === undefined ? {} : { totalSize: total }),
      },
    });
    const chunks = new PacedChunks(
      (chunk) => {
        this.#say({ case: 'answerChunk', value: chunk });
        if (chunk.last === true) this.#end();
      },
      (bytes) => rest?.consumed(bytes),
      first.length,
    );
    this.#answer = chunks;
    if (payload.length > first.length || rest === undefined)
      chunks.add(payload.subarray(first.length), rest === undefined);
    rest?.consumed(first.length);
    rest?.read({
      chunk: (bytes, last, end) => chunks.add(bytes, last, end),
      broken: (failure) => this.failed(failure),
    });
  }

  failed({ error, retryAfter = 0, status = 0, cut = false, head }: RequestFailure): void {
    if (this.#isOver) return;
    const { code, msg } = error;
    this.#say({
      case: 'failure',
      value: { code, msg, meta: metaOf(error), retryAfter, status, cut, head },
    });
    this.#end();
  }

  get #isReady(): boolean {
    return this.#mayStart && this.#handle === undefined && this.#received === this.#request.bodySize;
  }

  #chunk({ number, bytes }: BusChunk): void {
    if (this.#isOver || this.#handle !== undefined) return;
    const { bodySize } = this.#request;
    if (!this.#body.isNext(number) || this.#received + bytes.length > bodySize) {
      this.failed(notBegun());
      return;
    }
    this.#parts.push(bytes);
    this.#received += bytes.length;
    if (this.#isReady) this.#begin();
    else {
      this.#waitForEntry();
      this.#credit.taken(bytes.length);
    }
  }

  #begin(): void {
    this.#stopTimer();
    const { keyId, metadata, headers, bareMessage, timeoutMs, bodyLimit, ...request } = this.#request;
    const { service, method, caller, traceId, safe, verb, target, prefix } = request;
    const incoming: IncomingRequest = {
      service,
      method,
      caller,
      keyId,
      // The entry counts them.
      keyLimit: undefined,
      traceId,
      timeout: Math.max(0, timeoutMs - (this.#link.clock.now() - this.#arrived)),
      safe,
      dialect: bareMessage ? 'message' : 'http',
      verb,
      target,
      prefix,
      headers,
      metadata,
      bodyLimit,
      body: this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts),
    };
    this.#parts.length = 0;
    this.#handle = this.#take(incoming, this);
  }

  /** The entry says no more: it has given the request to another, or is gone. Where it does later, it hears of this. */
  #waitForEntry(): void {
    this.#stopTimer();
    this.#stopTimer = this.#link.clock.after(timing.patience, () => this.#end());
  }

  #cancel(): void {
    if (this.#isOver) return;
    this.#end();
    this.#handle?.cancel();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopTimer();
    this.#over();
  }

  #say(what: BusMessageInit['what']): void {
    const { id, attempt, entry } = this.#request;
    this.#link.say(entry, { id, attempt, what });
  }
}

/** Reports whether the entry cannot have given the request to another yet. */
function isFresh({ entry, sentAt }: BusRequest, { presence, wallClock }: BusLink): boolean {
  const skew = presence.skewOf(entry);
  if (skew === undefined || Math.abs(skew) > timing.skew) return false;
  return wallClock() - (sentAt - skew) <= timing.fresh;
}

function metaOf({ meta }: TwirpError): Record<string, string> {
  return { ...meta };
}
