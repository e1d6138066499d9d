import { internal, TwirpError, unavailable } from '@pipit/runtime';
import { isCode } from '@pipit/runtime/door';
import { ForwardResponse } from '../../protocol/registry.pb.ts';
import type {
  BusChunk,
  BusFailure,
  BusMessage,
  BusMessage_Ack,
  BusMessageInit,
  RollCall_Entry,
  RollCall_EntryInit,
} from '../../protocol/cluster.pb.ts';
import * as failures from '../requests/failures.ts';
import type { IncomingRequest } from '../requests/incoming-request.ts';
import type { AnswerRest, RequestFailure, RequestHandle, RestReader, Sink } from '../requests/sink.ts';
import type { BusLink, BusSide } from './bus-link.ts';
import { ChunkCounter, Credit, PacedChunks } from './paced-chunks.ts';
import { mostAttempts, timing } from './timing.ts';

/** Its owner has nothing more to say on it, and what it said did not come. */
const lostMessage = 'a message between two gateways was lost';

export interface RemoteRequestDeps {
  readonly link: BusLink;
  readonly id: Uint8Array;
  /** Asks one gateway, or whichever of those that offer the service the bus chooses. */
  readonly publish: (
    request: IncomingRequest,
    attempt: number,
    body: Uint8Array,
    timeout: number,
    to: string | undefined,
  ) => void;
  readonly over: () => void;
}

/**
 * The entry's side of a request that another gateway carries out. Nobody has it until one has said so: then that one is
 * its owner, and whatever another says is not heard.
 */
export class RemoteRequest implements BusSide, RequestHandle {
  readonly #request: IncomingRequest;
  readonly #sink: Sink;
  readonly #deps: RemoteRequestDeps;
  readonly #until: number;
  #state: 'asking' | 'owned' | 'answering' | 'over' = 'asking';
  #attempt = 0;
  #askedAt = 0;
  /** Gateways that were asked by name, or had the request. */
  readonly #asked = new Set<string>();
  /** The owner, and the attempt by which it got the request. */
  #owner: { readonly id: string; readonly attempt: number } | undefined;
  #body: PacedChunks | undefined;
  #rest: RemoteRest | undefined;
  #stopTimer: () => void = () => undefined;

  constructor(request: IncomingRequest, sink: Sink, deps: RemoteRequestDeps) {
    this.#request = request;
    this.#sink = sink;
    this.#deps = deps;
    this.#until = deps.link.clock.now() + (request.timeout ?? Infinity);
  }

  start(): void {
    this.#ask();
  }

  /** The caller is gone, or its time is over. */
  cancel(): void {
    if (this.#state === 'over') return;
    this.#toOwner({ case: 'cancel', value: {} });
    this.#end();
  }

  /** The bus says that nobody takes such requests. */
  nobody(attempt: number): void {
    if (this.#state === 'asking' && attempt === this.#attempt) this.#giveBack();
  }

  /** The carrier is cut off, and reaches nobody: without an owner it is as if it had not been. */
  cutOff(): void {
    if (this.#state === 'asking') this.#giveBack();
  }

  gone(gatewayId: string): void {
    if (this.#owner?.id === gatewayId) this.#lose(`gateway ${gatewayId} is gone`);
  }

  /** The attempt by which its owner got it. */
  get ownedBy(): number | undefined {
    return this.#owner?.attempt;
  }

  get other(): string | undefined {
    return this.#owner?.id;
  }

  progress(): RollCall_EntryInit {
    return {
      id: this.#deps.id,
      attempt: this.#owner?.attempt ?? 0,
      sent: this.#body?.count ?? 0,
      credit: this.#rest?.credit.total ?? 0,
    };
  }

  compare({ sent, credit }: RollCall_Entry): void {
    const received = this.#rest === undefined ? 0 : 1 + this.#rest.count;
    if (sent <= received) this.#body?.creditInAll(credit);
    else if (this.#state === 'answering') this.#breakAnswer();
    else {
      this.#toOwner({ case: 'cancel', value: {} });
      this.#lose(lostMessage);
    }
  }

  heard({ from, attempt, what }: BusMessage): void {
    if (what?.case === 'ack') {
      this.#acked(from, attempt, what.value);
      return;
    }
    if (this.#owner?.id !== from || this.#owner.attempt !== attempt) return;
    if (what?.case === 'credit') this.#body?.credit(what.value.bytes);
    else if (what?.case === 'failure') this.#failed(what.value);
    else if (what?.case === 'lost') this.#lose(lostMessage);
    else if (what?.case === 'answer') {
      const { head, more, totalSize } = what.value;
      if (this.#state === 'owned') this.#answered(head ?? ForwardResponse.create(), more, totalSize);
    } else if (what?.case === 'answerChunk') this.#chunk(what.value);
  }

  #askAgain(): void {
    this.#owner = undefined;
    this.#body = undefined;
    this.#state = 'asking';
    this.#ask();
  }

  #ask(): void {
    const { clock, wholeBytes, presence } = this.#deps.link;
    // The bus may choose the one again that has not answered.
    const to = this.#attempt === 0 ? undefined : presence.freshest(this.#request.service, this.#asked);
    if (to !== undefined) this.#asked.add(to);
    const { body } = this.#request;
    this.#attempt += 1;
    this.#askedAt = clock.now();
    const isLast = this.#attempt >= mostAttempts;
    this.#stopTimer = clock.after(isLast ? timing.lastAck : timing.ack, () => {
      if (isLast) this.#giveBack();
      else this.#ask();
    });
    const first = body.length <= wholeBytes ? body : body.subarray(0, 0);
    this.#deps.publish(this.#request, this.#attempt, first, this.#until - clock.now(), to);
  }

  #acked(from: string, attempt: number, { waits }: BusMessage_Ack): void {
    const { id, link } = this.#deps;
    if (this.#state !== 'asking') {
      // One that was slow: another has it.
      link.say(from, { id, attempt, what: { case: 'cancel', value: {} } });
      return;
    }
    this.#stopTimer();
    this.#state = 'owned';
    this.#owner = { id: from, attempt };
    this.#asked.add(from);
    if (attempt === this.#attempt) link.presence.took(from, link.clock.now() - this.#askedAt);
    if (waits) this.#toOwner({ case: 'go', value: {} });
    const { body } = this.#request;
    if (body.length <= link.wholeBytes) return;
    this.#body = new PacedChunks((chunk) => this.#toOwner({ case: 'bodyChunk', value: chunk }));
    this.#body.add(body, true);
  }

  #answered(head: ForwardResponse, more: boolean, totalSize: number | undefined): void {
    if (!more) {
      this.#end();
      this.#sink.answered({ head, rest: undefined });
      return;
    }
    this.#state = 'answering';
    const rest = new RemoteRest(totalSize, (bytes) => this.#toOwner({ case: 'credit', value: { bytes } }));
    this.#rest = rest;
    this.#sink.answered({ head, rest });
  }

  #chunk(chunk: BusChunk): void {
    const { number, bytes, last } = chunk;
    const rest = this.#rest;
    if (this.#state !== 'answering' || rest === undefined) return;
    if (!rest.isNext(number)) {
      this.#breakAnswer();
      return;
    }
    if (last) this.#end();
    rest.reader?.chunk(bytes, last, chunk);
  }

  #failed({ code, msg, meta, retryAfter, status, head, cut }: BusFailure): void {
    const error = new TwirpError(isCode(code) ? code : 'internal', msg, { meta });
    if (this.#state === 'answering') {
      this.#fail({ error, cut, ...(head === undefined ? {} : { head }) });
      return;
    }
    // It says when to try again: its handler has not been started.
    if (error.code === 'unavailable' && retryAfter > 0 && this.#attempt < mostAttempts) {
      this.#askAgain();
      return;
    }
    this.#end();
    this.#sink.failed({
      error,
      ...(retryAfter > 0 ? { retryAfter } : {}),
      ...(status > 0 ? { status } : {}),
      ...(head === undefined ? {} : { head }),
    });
  }

  #breakAnswer(): void {
    this.#toOwner({ case: 'cancel', value: {} });
    const text = `a part of ${this.#request.service}'s answer was lost between two gateways`;
    this.#fail({ error: internal(text) });
  }

  /** Its owner had it, and nothing more will come. */
  #lose(why: string): void {
    const { service, safe } = this.#request;
    if (safe && this.#state === 'owned' && this.#attempt < mostAttempts) this.#askAgain();
    else this.#fail(failures.lostSent(service, why));
  }

  #fail(failure: RequestFailure): void {
    const { reader } = this.#rest ?? {};
    const isAnswering = this.#state === 'answering';
    this.#end();
    if (isAnswering) reader?.broken(failure);
    else this.#sink.failed(failure);
  }

  /** Nobody has begun it: it may wait for whoever comes. */
  #giveBack(): void {
    const { service } = this.#request;
    this.#end();
    if (this.#sink.returned === undefined) {
      this.#sink.failed({ error: unavailable(`no gateway has taken the request for ${service}`) });
    } else this.#sink.returned();
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#stopTimer();
    this.#deps.over();
  }

  #toOwner(what: BusMessageInit['what']): void {
    const owner = this.#owner;
    if (owner === undefined) return;
    this.#deps.link.say(owner.id, { id: this.#deps.id, attempt: owner.attempt, what });
  }
}

/** The chunks of an answer, as they come over the bus. */
class RemoteRest extends ChunkCounter implements AnswerRest {
  readonly totalSize: number | undefined;
  readonly credit: Credit;
  reader: RestReader | undefined;

  constructor(totalSize: number | undefined, say: (bytes: number) => void) {
    super();
    this.totalSize = totalSize;
    this.credit = new Credit(say);
  }

  read(reader: RestReader): void {
    this.reader = reader;
  }

  consumed(bytes: number): void {
    this.credit.taken(bytes);
  }
}
