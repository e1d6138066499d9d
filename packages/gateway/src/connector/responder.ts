import { internal, resourceExhausted, TwirpError, unavailable } from '@pipit/runtime';
import {
  bareMessage,
  invoke,
  type Door,
  type HttpResponse,
  type Protocol,
  type RpcConfig,
  wholeBody,
} from '@pipit/runtime/door';
import {
  ChunkAssembler,
  type ChunkError,
  chunkOfRequest,
  responseTransfer,
  type ChunkPlace,
} from '../protocol/chunks.ts';
import type { Outbox } from '../protocol/outbox.ts';
import { sizeOf, together, type Pieces } from '../protocol/pieces.ts';
import { RequestTable } from '../protocol/request-table.ts';
import { ForwardResponse, type ForwardRequest, type ForwardResponseInit } from '../protocol/registry.pb.ts';
import { ForwardedCall } from './forwarded-call.ts';
import type { GatewayInfo } from './gateway-info.ts';
import { failureOf, responseOf } from './responses.ts';
import type { RpcConfigs } from './rpc-configs.ts';
import { StreamedAnswer } from './streamed-answer.ts';

/** The parts of the process and of one connection that answering needs. */
export interface ResponderDeps {
  readonly servers: RpcConfigs;
  readonly door: Door;
  readonly outbox: Outbox;
  readonly gateway: GatewayInfo;
  readonly chunkBytes: number;
  readonly maxConcurrent: number;
  /** Something ended; perhaps nothing is under way any more. */
  settled(): void;
}

/** A request whose payload is still coming. */
interface Incoming {
  /** All but the payload. */
  readonly head: ForwardRequest;
  readonly chunks: ChunkAssembler;
}

/** Answers the requests that come down one connection. */
export class Responder {
  readonly #deps: ResponderDeps;
  readonly #incoming = new Map<string, Incoming>();
  readonly #running = new RequestTable<ForwardedCall>();
  /** Their answer is going out in chunks. */
  readonly #outgoing = new Map<string, () => void>();
  /** Their answer goes out as it comes; they are running, too. */
  readonly #streams = new Map<string, StreamedAnswer>();
  #refusing = false;
  #endsStreams = false;

  constructor(deps: ResponderDeps) {
    this.#deps = deps;
  }

  /** Requests that came and are not answered. */
  get inFlight(): number {
    return this.#incoming.size + this.#running.size + this.#outgoing.size;
  }

  /** From here on every new request is turned away, for the gateway to ask somebody else. */
  refuse(): void {
    this.#refusing = true;
  }

  /** Streams have no end to wait for: their callers hear that they should go on elsewhere. */
  endStreams(): void {
    this.#endsStreams = true;
    for (const stream of this.#streams.values()) stream.interrupt(leaving());
  }

  /** @param rest of its payload, where that came in pieces */
  request(request: ForwardRequest, rest: Pieces = none): void {
    const { requestId: id } = request;
    // An id that is running cannot be told from its double: the first one keeps it.
    if (this.#running.find(id) !== undefined || this.#outgoing.has(id)) return;
    const place = this.#deps.gateway.can.chunks ? chunkOfRequest(request) : undefined;
    const incoming = this.#incoming.get(id);
    if (place === undefined) {
      if (incoming !== undefined) return;
      if (this.#isFull()) this.#turnAway(request);
      else this.#start(request, together(request.payload, rest));
    } else if (incoming !== undefined) this.#chunk(incoming, request, place, rest);
    // Others are left over from a request that was turned away or cancelled.
    else if (place.index === 0) this.#open(request, place, rest);
  }

  /** Nobody waits for it any more: its handler's signal fires, its answer is dropped. */
  cancel(id: string): void {
    this.#incoming.delete(id);
    this.#running.find(id)?.leave();
    this.#streams.get(id)?.stop();
    this.#outgoing.get(id)?.();
    this.#deps.settled();
  }

  /** The connection is lost. */
  close(): void {
    this.#incoming.clear();
    for (const call of this.#running) call.leave();
    for (const stream of this.#streams.values()) stream.stop();
    for (const stop of this.#outgoing.values()) stop();
  }

  #open(request: ForwardRequest, place: ChunkPlace, rest: Pieces): void {
    if (this.#isFull()) {
      this.#turnAway(request);
      return;
    }
    const incoming = { head: request, chunks: new ChunkAssembler(this.#deps.door.bodyLimit) };
    this.#incoming.set(request.requestId, incoming);
    this.#chunk(incoming, request, place, rest);
  }

  #chunk(incoming: Incoming, { requestId, payload }: ForwardRequest, place: ChunkPlace, rest: Pieces): void {
    const { gateway, outbox, door } = this.#deps;
    const bytes = sizeOf(rest, payload);
    let whole: Uint8Array | undefined;
    try {
      whole = incoming.chunks.add(place, payload, rest);
    } catch (thrown) {
      this.#incoming.delete(requestId);
      if ((thrown as ChunkError).tooLarge) this.#start(incoming.head, undefined);
      else {
        const error = internal(`the request came broken: ${(thrown as Error).message}`);
        this.#send(this.#failure(new ForwardedCall(incoming.head, undefined, door), error, true));
        this.#deps.settled();
      }
      return;
    }
    if (gateway.can.window && bytes > 0) {
      outbox.control({ messageType: { case: 'window', value: { requestId, bytes } } });
    }
    if (whole === undefined) return;
    this.#incoming.delete(requestId);
    this.#start(incoming.head, whole);
  }

  /** @param payload undefined where it is larger than is taken */
  #start(request: ForwardRequest, payload: Uint8Array | undefined): void {
    const { servers, door } = this.#deps;
    const call = new ForwardedCall(request, payload, door);
    let config: RpcConfig;
    try {
      config = servers.under(request.prefix);
    } catch (thrown) {
      const error = internal(`the gateway's path prefix: ${(thrown as Error).message}`);
      this.#send(this.#failure(call, error, true));
      return;
    }
    this.#running.add(call);
    const spoken: Protocol<HttpResponse> = call.isMessage ? bareMessage : servers.protocols.of(call);
    invoke(config, call, this.#deps.gateway.can.streams ? spoken : withoutStreams(spoken), (response) =>
      this.#answered(call, response),
    );
  }

  #isFull(): boolean {
    return this.#refusing || this.#running.size + this.#incoming.size >= this.#deps.maxConcurrent;
  }

  #turnAway(request: ForwardRequest): void {
    const { door, maxConcurrent } = this.#deps;
    const why = this.#refusing
      ? 'the service is shutting down'
      : `the service runs ${maxConcurrent} requests already`;
    this.#send(this.#failure(new ForwardedCall(request, undefined, door), unavailable(why), true));
  }

  #answered(call: ForwardedCall, response: HttpResponse): void {
    const { body } = response;
    if (isWhole(response)) this.#answeredWhole(call, response);
    else if (this.#deps.gateway.can.streams) {
      this.#stream(call, response as HttpResponse<AsyncIterable<Uint8Array>>);
    } else {
      const fail = (cause: unknown): void => {
        this.#running.delete(call);
        response.afterWrite?.(false);
        this.#send(this.#failure(call, internal('the answer broke off', { cause }), false));
        this.#deps.settled();
      };
      void wholeBody(body).then((whole) => this.#answeredWhole(call, { ...response, body: whole }), fail);
    }
  }

  #stream(call: ForwardedCall, response: HttpResponse<AsyncIterable<Uint8Array>>): void {
    const { requestId: id } = call;
    const stream = new StreamedAnswer(call, response, this.#deps.outbox, () => {
      this.#streams.delete(id);
      this.#running.delete(call);
      this.#deps.settled();
    });
    this.#streams.set(id, stream);
    if (call.gone) stream.stop();
    else if (this.#endsStreams) stream.interrupt(leaving());
  }

  #answeredWhole(call: ForwardedCall, response: HttpResponse<Uint8Array>): void {
    this.#running.delete(call);
    if (call.gone) response.afterWrite?.(false);
    else this.#deliver(call, responseOf(call, response), response.afterWrite);
    this.#deps.settled();
  }

  /** Whole where it is small or the gateway knows no chunks. @param afterWrite is called in any case */
  #deliver(call: ForwardedCall, response: ForwardResponseInit, afterWrite: HttpResponse['afterWrite']): void {
    const { gateway, chunkBytes } = this.#deps;
    const size = response.payload?.length ?? 0;
    if (size > chunkBytes && gateway.can.chunks) {
      this.#deliverInChunks(call.requestId, response, afterWrite);
      return;
    }
    const { maxMessageBytes } = gateway;
    const fits = size <= chunkBytes || ForwardResponse.encode(response).length + frame <= maxMessageBytes;
    this.#send(fits ? response : this.#failure(call, tooLarge(maxMessageBytes), false));
    afterWrite?.(true);
  }

  #deliverInChunks(id: string, response: ForwardResponseInit, afterWrite: HttpResponse['afterWrite']): void {
    let ended = false;
    const end = (delivered: boolean): void => {
      if (ended) return;
      ended = true;
      this.#outgoing.delete(id);
      afterWrite?.(delivered);
      this.#deps.settled();
    };
    const stop = this.#deps.outbox.transfer(responseTransfer(response, () => end(true)));
    // It may have gone out at once.
    if (ended) return;
    this.#outgoing.set(id, () => {
      stop();
      end(false);
    });
  }

  #failure(call: ForwardedCall, error: TwirpError, notProcessed: boolean): ForwardResponseInit {
    return failureOf(call, this.#deps.servers.protocols, error, notProcessed);
  }

  #send(value: ForwardResponseInit): void {
    this.#deps.outbox.send({ messageType: { case: 'response', value } });
  }
}

const none: Pieces = [];

/** The most that surrounds a ForwardResponse in its message, in bytes. */
const frame = 16;

function tooLarge(limit: number): TwirpError {
  return resourceExhausted(`the answer is larger than ${limit} bytes, which is what the gateway takes`);
}

function leaving(): TwirpError {
  return new TwirpError('unavailable', 'the service is shutting down, or goes to another gateway');
}

/** For a gateway that takes answers with a known end only. */
function withoutStreams(protocol: Protocol<HttpResponse>): Protocol<HttpResponse> {
  const unary = { ...protocol };
  delete unary.writeStream;
  return unary;
}

function isWhole(response: HttpResponse): response is HttpResponse<Uint8Array> {
  return response.body instanceof Uint8Array;
}
