import type { Logger } from '@pipit/runtime';
import { grpcCode, type Door } from '@pipit/runtime/door';
import type { Clock } from '../clock.ts';
import { createOutbox, type StreamOutbox } from '../protocol/stream-outbox.ts';
import {
  ConnectionMessage,
  ConnectionStatus_Reason,
  ConnectionStatus_StatusType,
  type ConnectionMessageInit,
  type ConnectionRegisterInit,
  type ConnectionStatus,
  type Drain,
  type EventMessage,
} from '../protocol/registry.pb.ts';
import {
  defaultChunkBytes as chunkBytes,
  defaultChunksUnacknowledged as chunksUnacknowledged,
  defaultMaxBodyBytes as maxAnswerBytes,
} from '../protocol/sizes.ts';
import type { GrpcStatus, MessageStream } from '../protocol/message-stream.ts';
import { readMessage, together, type PiecedMessage, type Pieces } from '../protocol/pieces.ts';
import { Caller } from './caller.ts';
import { gatewayInfo, type GatewayInfo } from './gateway-info.ts';
import { Responder } from './responder.ts';
import type { RpcConfigs } from './rpc-configs.ts';

const registerTimeout = 15_000;
const defaultHeartbeat = 30_000;

/** The time a gateway has to say that it has seen our Drain, in milliseconds. */
const fenceTimeout = 1_000;

/** The parts that all connections of one `connectGateway` share. */
export interface SessionDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly door: Door;
  readonly servers: RpcConfigs;
  readonly maxConcurrent: number;
  readonly heartbeatInterval: number | undefined;
}

/** The end of a connection, as far as the next one depends on it. */
export interface SessionEnd extends GrpcStatus {
  readonly reason: ConnectionStatus_Reason;
  /** 0 where the gateway does not say. */
  readonly reconnectAfter: number;
}

export interface SessionEvents {
  /** Registered. `rejected` are names the key may not register. */
  ready(rejected: readonly string[]): void;
  /** The gateway wants this connection to be replaced. */
  drain(drain: Pick<Drain, 'graceMs' | 'reconnectAfterMs' | 'reason'>): void;
  event(event: EventMessage): void;
  /** Last, once. */
  closed(end: SessionEnd): void;
}

/** One connection, from its registration to its end. */
export class Session {
  readonly #stream: MessageStream;
  readonly #deps: SessionDeps;
  readonly #events: SessionEvents;
  #gateway: GatewayInfo | undefined;
  #outbox: StreamOutbox | undefined;
  #responder: Responder | undefined;
  #caller: Caller | undefined;
  #stopTimer: () => void;
  #heartbeats = 0;
  #echoes = 0;
  #lastStatus: ConnectionStatus | undefined;
  /** Our own reason to end the stream; counts for more than what the stream then says. */
  #failure: GrpcStatus | undefined;
  #hasSaidGoodbye = false;
  #isClosed = false;
  /** Looks again whether what somebody waits for has come. */
  readonly #watchers = new Set<() => void>();

  constructor(
    stream: MessageStream,
    register: ConnectionRegisterInit,
    deps: SessionDeps,
    events: SessionEvents,
  ) {
    this.#stream = stream;
    this.#deps = deps;
    this.#events = events;
    stream.events = {
      message: (bytes) => this.#received(bytes),
      pieces: (pieces) => this.#received(pieces),
      drain: () => {
        this.#outbox?.drain();
        this.#look();
      },
      // The gateway says no more: nothing can be registered, answered or called any more.
      ended: () => this.#stream.end(),
      closed: (status) => this.#closed(status),
    };
    this.#stopTimer = deps.clock.after(registerTimeout, () => {
      this.fail({ code: grpcCode.deadlineExceeded, message: 'the gateway did not answer the registration' });
    });
    stream.write(ConnectionMessage.encode({ messageType: { case: 'register', value: register } }));
  }

  get gateway(): GatewayInfo | undefined {
    return this.#gateway;
  }

  /** For our own calls; undefined before the registration. */
  get caller(): Caller | undefined {
    return this.#caller;
  }

  /** Before everything else that waits; nothing before the registration. */
  send(message: ConnectionMessageInit): void {
    this.#outbox?.control(message);
  }

  /** At once, with everything that is under way. */
  fail(failure: GrpcStatus): void {
    this.#failure ??= failure;
    this.#stream.destroy(failure);
  }

  /** Wants no more requests and waits until none is under way, `timeout` ms at most. Own calls still work. */
  async drain(timeout: number, reason: string): Promise<void> {
    const { can, revision = 0 } = this.#gateway ?? {};
    const until = this.#deps.clock.now() + timeout;
    if (can?.drain === true) {
      this.send({ messageType: { case: 'drain', value: { graceMs: timeout, reason } } });
    }
    // What was sent before the gateway has seen that is answered.
    await this.#fence(timeout);
    this.#responder?.refuse();
    this.#responder?.endStreams();
    // Now it should look for another connection, even where there is none yet.
    if (revision > 0) this.#sayGoodbye();
    await this.#until(() => this.#isIdle(), until - this.#deps.clock.now());
  }

  /** To be called after `drain`. Waits until the gateway has ended the stream too, `timeout` ms at most. */
  async close(timeout: number): Promise<void> {
    this.#sayGoodbye();
    // What came after all is turned away, not left without an answer.
    await this.#fence(timeout);
    this.#stream.end();
    await this.#until(() => this.#isClosed, timeout);
    if (this.#isClosed) return;
    this.fail({ code: grpcCode.cancelled, message: 'the gateway did not end the stream' });
    await this.#until(() => this.#isClosed, timeout);
  }

  #sayGoodbye(): void {
    if (this.#hasSaidGoodbye) return;
    this.#hasSaidGoodbye = true;
    const connectionId = this.#gateway?.connectionId ?? '';
    const status = ConnectionStatus_StatusType.DISCONNECTED;
    this.send({ messageType: { case: 'status', value: { connectionId, status } } });
  }

  /** Resolves once the gateway has read all that was sent before, as far as it can say so, and has answered it. */
  async #fence(timeout: number): Promise<void> {
    if ((this.#gateway?.revision ?? 0) === 0) return;
    this.#heartbeat();
    const heartbeats = this.#heartbeats;
    await this.#until(() => this.#echoes >= heartbeats, Math.min(timeout, fenceTimeout));
  }

  #received(bytes: Uint8Array | Pieces): void {
    let message: PiecedMessage;
    try {
      message = readMessage(bytes);
    } catch (cause) {
      this.fail({
        code: grpcCode.internal,
        message: `the gateway sent no ConnectionMessage: ${(cause as Error).message}`,
      });
      return;
    }
    const { messageType: content, rest } = message;
    switch (content?.case) {
      case 'request':
        this.#responder?.request(content.value, rest);
        break;
      case 'response':
        content.value.payload = together(content.value.payload, rest);
        this.#caller?.response(content.value);
        break;
      case 'heartbeat':
        this.#echoes += 1;
        this.#look();
        break;
      case 'status':
        this.#statusCame(content.value);
        break;
      case 'event':
        this.#events.event(content.value);
        break;
      case 'cancel':
        this.#responder?.cancel(content.value.requestId);
        break;
      case 'drain':
        this.#responder?.endStreams();
        this.#events.drain(content.value);
        break;
      case 'window':
        this.#outbox?.acknowledge(content.value.requestId, content.value.bytes);
        break;
      // Nothing a gateway sends to us, or newer than we are.
      default:
    }
  }

  #statusCame(status: ConnectionStatus): void {
    if (status.status !== ConnectionStatus_StatusType.CONNECTED) {
      // A reminder, not an end.
      if (status.reason !== ConnectionStatus_Reason.HEARTBEAT_MISMATCH) this.#lastStatus = status;
      const { connectionId, message } = status;
      if (this.#gateway === undefined || this.#hasSaidGoodbye) return;
      this.#deps.log.warn({ connectionId }, `the gateway says: ${message}`);
    } else if (this.#gateway === undefined) this.#registered(status);
  }

  #registered(status: ConnectionStatus): void {
    const { clock, door, servers, maxConcurrent, heartbeatInterval } = this.#deps;
    const gateway = (this.#gateway = gatewayInfo(status));
    const acknowledges = gateway.can.window;
    const outbox = createOutbox(this.#stream, { chunkBytes, chunksUnacknowledged, acknowledges });
    const settled = (): void => this.#look();
    this.#outbox = outbox;
    this.#stream.accepted?.();
    this.#responder = new Responder({ servers, door, outbox, gateway, chunkBytes, maxConcurrent, settled });
    this.#caller = new Caller({ outbox, gateway, chunkBytes, maxAnswerBytes, settled });
    this.#stopTimer();
    const interval = heartbeatInterval ?? (gateway.heartbeatInterval || defaultHeartbeat);
    const beat = (): void => {
      this.#stopTimer = clock.after(interval, beat);
      this.#heartbeat();
    };
    this.#stopTimer = clock.after(interval, beat);
    this.#events.ready(status.rejectedServices);
  }

  #heartbeat(): void {
    this.#heartbeats += 1;
    const connectionId = this.#gateway?.connectionId ?? '';
    this.send({ messageType: { case: 'heartbeat', value: { timestamp: Date.now(), connectionId } } });
  }

  #closed(status: GrpcStatus): void {
    this.#isClosed = true;
    this.#stopTimer();
    this.#outbox?.close();
    const end = this.#failure ?? status;
    const said = this.#lastStatus;
    const message = said?.message || end.message;
    this.#responder?.close();
    this.#caller?.close(
      new Error(`the connection to the gateway was lost: ${message || `code ${end.code}`}`),
    );
    this.#look();
    this.#events.closed({
      code: end.code,
      message,
      reason: said?.reason ?? ConnectionStatus_Reason.REASON_UNSPECIFIED,
      reconnectAfter: said?.reconnectAfterMs ?? 0,
    });
  }

  /** No request of either side is under way, and every answer is with the stream. */
  #isIdle(): boolean {
    const inFlight = (this.#responder?.inFlight ?? 0) + (this.#caller?.inFlight ?? 0);
    return inFlight === 0 && (this.#outbox?.backlog ?? 0) === this.#stream.backlog;
  }

  /** Resolves when `come` is true, when the stream is over, or after `timeout` ms. */
  #until(come: () => boolean, timeout: number): Promise<void> {
    if (come() || this.#isClosed || timeout <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        this.#watchers.delete(watch);
        resolve();
      };
      const watch = (): void => {
        if (come() || this.#isClosed) done();
      };
      const stop = this.#deps.clock.after(timeout, done);
      this.#watchers.add(watch);
    });
  }

  #look(): void {
    for (const watch of this.#watchers) watch();
  }
}
