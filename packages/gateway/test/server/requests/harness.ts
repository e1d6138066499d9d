import type { Logger } from '@pipit/runtime';
import type { Key } from '../../../src/keys/key-ring.ts';
import {
  ConnectionMessage,
  type CancelRequest,
  type ConnectionMessageInit,
  type ForwardRequest,
  type ForwardResponseInit,
  type WindowUpdate,
} from '../../../src/protocol/registry.pb.ts';
import { createOutbox, type StreamOutbox } from '../../../src/protocol/stream-outbox.ts';
import { localBus, type Bus } from '../../../src/server/cluster/bus.ts';
import type { IncomingRequest } from '../../../src/server/requests/incoming-request.ts';
import type {
  AnswerRest,
  PeerAnswer,
  RequestFailure,
  RequestHandle,
  Sink,
} from '../../../src/server/requests/sink.ts';
import { Directory } from '../../../src/server/directory.ts';
import { Forwarder } from '../../../src/server/requests/forwarder.ts';
import { defaultLimits, type Limits } from '../../../src/server/limits.ts';
import type { Observer, RequestInfo, UnexpectedResponse } from '../../../src/server/observer.ts';
import type { ConnectionState, Peer, PeerAbilities } from '../../../src/server/peer.ts';
import type { Transcoder } from '../../../src/transcode/transcoder.ts';
import { memoryStreams, type MemoryStreams } from '../../memory-stream.ts';
import { turn, VirtualClock } from '../../virtual-clock.ts';

const echo = 'test.Echo';

const silent = (): void => undefined;
const log: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const all: PeerAbilities = {
  http: true,
  chunks: true,
  window: true,
  cancel: true,
  drain: true,
  elsewhere: true,
  streams: true,
  grpc: true,
};
const none: PeerAbilities = {
  http: false,
  chunks: false,
  window: false,
  cancel: false,
  drain: false,
  elsewhere: false,
  streams: false,
  grpc: false,
};

export function keyOf(id: string, maxInFlight?: number): Key {
  const rights = { register: ['*'], call: ['*'], maxConnections: undefined, expires: undefined };
  return { id, owner: 'tests', maxInFlight, ...rights };
}

/** A gateway of nothing but its forwarder and directory, on a clock that the test moves. */
export class World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly directory: Directory = new Directory();
  readonly settled: RequestInfo[] = [];
  readonly strays: UnexpectedResponse[] = [];
  readonly violations: string[] = [];
  readonly services: Service[] = [];
  readonly calls: TestCall[] = [];
  /** Who was sent a request for which method, and what they were then. */
  readonly asked: { readonly peer: Peer; readonly state: ConnectionState; readonly methodPath: string }[] =
    [];
  readonly limits: Limits;
  readonly forwarder: Forwarder;

  constructor(limits: Partial<Limits> = {}, bus: Bus = localBus) {
    this.limits = { ...defaultLimits, ...limits };
    const observer: Observer = {
      requestSettled: (facts) => this.settled.push(facts),
      unexpectedResponse: (kind) => this.strays.push(kind),
      violation: (_connection, what) => this.violations.push(what),
    };
    const { clock, directory } = this;
    this.forwarder = new Forwarder({ clock, limits: this.limits, directory, observer, log, elsewhere: bus });
  }

  service(options: ServiceOptions = {}): Service {
    const service = new Service(this, `c${this.services.length + 1}`, options);
    this.services.push(service);
    return service;
  }

  call(options: CallOptions = {}): TestCall {
    const call = new TestCall(options);
    this.calls.push(call);
    call.handle = this.forwarder.forward(call.request, call);
    return call;
  }

  /** The clock, second by second, with what a gateway does once a second. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(1_000, left));
      this.forwarder.sweep(this.clock.now());
      await turn();
    }
  }

  /** What must hold after every fault. */
  leftovers(): Record<string, number> {
    const { forwarder, clock, services } = this;
    return {
      inFlight: forwarder.inFlight,
      bytes: forwarder.inFlightBytes,
      queued: forwarder.queued,
      pending: services.reduce((sum, { peer }) => sum + forwarder.pendingOf(peer), 0),
      timers: clock.timers,
    };
  }
}

export const nothingLeft = { inFlight: 0, bytes: 0, queued: 0, pending: 0, timers: 0 };

export interface ServiceOptions {
  readonly names?: readonly string[];
  readonly revision?: 0 | 1;
  readonly can?: Partial<PeerAbilities>;
  readonly weight?: number;
  readonly maxInFlight?: number;
  readonly maxMessageBytes?: number;
  readonly idempotentMethods?: readonly string[];
  readonly transcoder?: Transcoder;
  /** Bytes the stream takes at a time. */
  readonly window?: number;
}

/** A service and its connection. */
export class Service {
  readonly peer: TestPeer;
  readonly requests: ForwardRequest[] = [];
  readonly cancels: CancelRequest[] = [];
  readonly windows: WindowUpdate[] = [];
  /** Why the gateway ended the connection. */
  failed: { readonly code: number; readonly message: string } | undefined;
  readonly #world: World;
  readonly #streams: MemoryStreams;

  constructor(world: World, id: string, options: ServiceOptions) {
    this.#world = world;
    this.#streams = memoryStreams(options.window === undefined ? {} : { window: options.window });
    const { server, client } = this.#streams;
    this.peer = new TestPeer(id, world, options, server, (code, message) => {
      this.failed = { code, message };
      this.lose(message);
    });
    server.events = {
      message: (bytes) => this.#fromService(bytes),
      drain: () => {
        this.peer.outbox.drain();
        world.forwarder.peerReady(this.peer);
      },
      ended: silent,
      closed: silent,
    };
    client.events = {
      message: (bytes) => this.#fromGateway(bytes),
      drain: silent,
      ended: silent,
      closed: silent,
    };
    for (const name of this.peer.services) world.directory.add(this.peer, name);
    world.forwarder.peerReady(this.peer);
  }

  get request(): ForwardRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error('the service has no request');
    return request;
  }

  answer(requestId: string = this.request.requestId, init: ForwardResponseInit = {}): void {
    const value = { statusCode: 200, payload: Buffer.from(requestId), ...init, requestId };
    this.say({ messageType: { case: 'response', value } });
  }

  chunk(
    requestId: string,
    chunkIndex: number,
    payload: Uint8Array,
    isFinalChunk = false,
    totalSize?: number,
  ): void {
    const responseStreamInfo = { isStreamed: true, chunkIndex, isFinalChunk, totalSize };
    this.answer(requestId, { payload, responseStreamInfo });
  }

  say(message: Parameters<typeof ConnectionMessage.encode>[0]): void {
    this.#streams.client.write(ConnectionMessage.encode(message));
  }

  /** Reads nothing any more, or again. */
  pause(): void {
    this.#streams.client.pause();
  }

  resume(): void {
    this.#streams.client.resume();
  }

  /** The connection breaks. */
  lose(why = 'connection lost'): void {
    if (this.peer.state === 'closed') return;
    this.peer.state = 'closed';
    for (const name of this.peer.services)
      this.#world.directory.remove(this.peer, name, this.#world.clock.now());
    this.#streams.lose();
    this.#world.forwarder.peerGone(this.peer, why);
    this.peer.outbox.close();
  }

  #fromService(bytes: Uint8Array): void {
    const { messageType } = ConnectionMessage.decode(bytes);
    const { forwarder } = this.#world;
    if (messageType?.case === 'response') forwarder.response(this.peer, messageType.value);
    if (messageType?.case === 'accepted') forwarder.accepted(this.peer, messageType.value.requestId);
    if (messageType?.case === 'window') {
      this.peer.outbox.acknowledge(messageType.value.requestId, messageType.value.bytes);
    }
  }

  #fromGateway(bytes: Uint8Array): void {
    const { messageType } = ConnectionMessage.decode(bytes);
    if (messageType?.case === 'request') this.requests.push(messageType.value);
    if (messageType?.case === 'cancel') this.cancels.push(messageType.value);
    if (messageType?.case === 'window') this.windows.push(messageType.value);
  }
}

export class TestPeer implements Peer {
  readonly id: string;
  readonly address: string = '192.0.2.1';
  readonly key: Key = keyOf('service');
  state: ConnectionState = 'ready';
  readonly revision: number;
  readonly can: PeerAbilities;
  readonly services: ReadonlySet<string>;
  readonly weight: number;
  readonly maxInFlight: number;
  readonly maxMessageBytes: number;
  readonly idempotentMethods: ReadonlySet<string>;
  readonly transcoder: Transcoder | undefined;
  readonly outbox: StreamOutbox;
  readonly fail: (code: number, message: string) => void;

  constructor(
    id: string,
    world: World,
    options: ServiceOptions,
    stream: MemoryStreams['server'],
    fail: (code: number, message: string) => void,
  ) {
    const { limits } = world;
    this.id = id;
    this.revision = options.revision ?? 1;
    this.can = { ...(this.revision === 0 ? none : all), ...options.can };
    this.services = new Set(options.names ?? [echo]);
    this.weight = options.weight ?? 1;
    this.maxInFlight = options.maxInFlight ?? limits.maxInFlightPerConnection;
    this.maxMessageBytes = options.maxMessageBytes ?? limits.legacyMessageBytes;
    this.idempotentMethods = new Set(options.idempotentMethods);
    this.transcoder = options.transcoder;
    const { chunkBytes, chunksUnacknowledged } = limits;
    this.outbox = createOutbox(stream, { chunkBytes, chunksUnacknowledged, acknowledges: this.can.window });
    this.fail = fail;
    this.#watch(world);
  }

  /** Takes note of the requests that are sent to it. */
  #watch({ asked }: World): void {
    const { outbox } = this;
    const send = outbox.send.bind(outbox);
    const transfer = outbox.transfer.bind(outbox);
    const note = ({ messageType }: ConnectionMessageInit): void => {
      if (messageType?.case !== 'request') return;
      asked.push({ peer: this, state: this.state, methodPath: messageType.value.methodPath ?? '' });
    };
    outbox.send = (message) => {
      note(message);
      return send(message);
    };
    outbox.transfer = (chunks) => {
      note(chunks.message(new Uint8Array(), 0, false));
      return transfer(chunks);
    };
  }
}

export interface CallOptions {
  readonly service?: string;
  readonly method?: string;
  readonly payload?: Uint8Array;
  readonly headers?: Record<string, string>;
  readonly timeout?: number;
  readonly safe?: boolean;
  readonly key?: Key;
  /** Takes every chunk at once. Default true. */
  readonly reads?: boolean;
  readonly dialect?: IncomingRequest['dialect'];
}

/** A caller, and what it was told. */
export class TestCall implements Sink {
  readonly request: IncomingRequest;
  handle: RequestHandle | undefined;
  /** How often it was told how it ended; never more than once. */
  told = 0;
  answer: PeerAnswer | undefined;
  failure: RequestFailure | undefined;
  chunks: Uint8Array[] = [];
  complete = false;
  broken: Error | undefined;
  rest: AnswerRest | undefined;
  readonly #reads: boolean;

  constructor(options: CallOptions) {
    const { service = echo, method = 'Say', key, timeout, safe = false, dialect = 'message' } = options;
    const { headers = {}, payload: body = new Uint8Array(), reads = true } = options;
    this.#reads = reads;
    this.request = {
      service,
      method,
      caller: '198.51.100.7',
      keyId: key?.id,
      keyLimit: key?.maxInFlight,
      traceId: 'trace',
      timeout,
      safe,
      dialect,
      verb: '',
      target: '',
      prefix: '',
      headers,
      metadata: [],
      body,
    };
  }

  /** `ok`, or the error's code; undefined as long as it was not told. */
  get code(): string | undefined {
    return this.failure?.error.code ?? (this.answer && 'ok');
  }

  /** Of the whole answer. */
  get received(): Buffer {
    return Buffer.concat([this.answer?.head.payload ?? Buffer.alloc(0), ...this.chunks]);
  }

  answered(answer: PeerAnswer): void {
    this.told += 1;
    this.answer = answer;
    this.rest = answer.rest;
    if (this.#reads) answer.rest?.consumed(answer.head.payload.length);
    answer.rest?.read({
      chunk: (bytes, last) => {
        this.chunks.push(bytes);
        this.complete ||= last;
        if (this.#reads) answer.rest?.consumed(bytes.length);
      },
      broken: ({ error }) => {
        this.broken = error;
      },
    });
  }

  failed(failure: RequestFailure): void {
    this.told += 1;
    this.failure = failure;
  }
}
