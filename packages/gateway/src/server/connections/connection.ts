import { grpcCode } from '@pipit/runtime/door';
import type { Key } from '../../keys/key-ring.ts';
import type { GrpcStatus, MessageStream } from '../../protocol/message-stream.ts';
import { ConnectionStatus_Reason as Reason } from '../../protocol/registry.pb.ts';
import { createOutbox, type StreamOutbox } from '../../protocol/stream-outbox.ts';
import type { Transcoder } from '../../transcode/transcoder.ts';
import { connectionInfo } from '../connection-info.ts';
import type { Environment } from '../environment.ts';
import type { ConnectionInfo } from '../observer.ts';
import type { ConnectionState, PeerAbilities } from '../peer.ts';
import type { Forwarder } from '../requests/forwarder.ts';
import { ServiceCalls } from '../service-calls/service-calls.ts';
import { BackPressure } from './back-pressure.ts';
import { closeError, closeReason, lastStatus, type CloseReason } from './close-reason.ts';
import type { ClosingStreams } from './closing-streams.ts';
import type { Indexed } from './connections.ts';
import type { DrainOptions } from './drain-options.ts';
import { Inbox, type InboxOwner } from './inbox.ts';
import { Listing, type Indexes } from './listing.ts';
import { connectedStatus } from './notices.ts';
import type { Policy } from './policy.ts';
import type { Registration } from './registration.ts';

/** Everything a connection works with beside its stream. */
export interface ConnectionDeps {
  readonly environment: Environment;
  readonly policy: Policy;
  readonly indexes: Indexes;
  readonly forwarder: Forwarder;
  readonly closingStreams: ClosingStreams;
}

/** A registered connection: its states and what depends on them. What it says is read by its Inbox. */
export class Connection implements Indexed, InboxOwner {
  readonly id: string;
  readonly address: string;
  readonly revision: number;
  readonly can: PeerAbilities;
  readonly weight: number;
  readonly maxInFlight: number;
  readonly maxMessageBytes: number;
  readonly idempotentMethods: ReadonlySet<string>;
  readonly instanceId: string;
  readonly sdk: string;
  /** Of the clock. */
  readonly since: number;
  readonly outbox: StreamOutbox;
  readonly calls: ServiceCalls;
  readonly pressure: BackPressure;
  /** Its policy may change while it is connected. */
  key: Key;
  /** Made from descriptors of its own. */
  ownTranscoder: Transcoder | undefined;
  readonly #deps: ConnectionDeps;
  readonly #stream: MessageStream;
  readonly #listing: Listing;
  #state: ConnectionState = 'opening';
  /** Of liveness: the last valid heartbeat. */
  #heard: number;
  #revoked = false;
  #whenIdle: CloseReason | undefined;
  #latest: { readonly at: number; readonly closing: CloseReason } | undefined;

  constructor(stream: MessageStream, address: string, registration: Registration, deps: ConnectionDeps) {
    const { environment, policy, indexes, forwarder } = deps;
    const { clock, limits, liveness } = environment;
    this.#deps = deps;
    this.#stream = stream;
    this.#listing = new Listing(this, registration.services, indexes, forwarder, clock);
    this.#heard = liveness.now();
    this.id = registration.id;
    this.address = address;
    this.key = registration.key;
    this.revision = registration.revision;
    this.can = registration.can;
    this.weight = registration.weight;
    this.maxInFlight = registration.maxInFlight;
    this.maxMessageBytes = registration.maxMessageBytes;
    this.idempotentMethods = registration.idempotentMethods;
    this.instanceId = registration.instanceId;
    this.sdk = registration.sdk;
    this.since = clock.now();
    const { chunkBytes, chunksUnacknowledged } = limits;
    this.outbox = createOutbox(stream, {
      chunkBytes,
      chunksUnacknowledged,
      acknowledges: registration.can.window,
    });
    this.pressure = new BackPressure(stream, liveness);
    const { directory, events } = indexes;
    const { keys } = policy;
    this.calls = new ServiceCalls(this, { environment, directory, keys, forwarder }, () => this.#endIfIdle());
    const inbox = new Inbox(this, registration.register, { environment, policy, events, forwarder });
    stream.events = {
      message: (bytes) => inbox.message(bytes),
      pieces: (pieces) => inbox.message(pieces),
      drain: () => this.#drained(),
      ended: () => this.#halfClosed(),
      closed: (status) => this.#lost(status),
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get services(): ReadonlySet<string> {
    return this.#listing.services;
  }

  get transcoder(): Transcoder | undefined {
    return this.ownTranscoder ?? this.#deps.policy.transcoder();
  }

  get info(): ConnectionInfo {
    return connectionInfo(this);
  }

  /** Milliseconds since the last valid heartbeat, or since it was registered. */
  get silentFor(): number {
    return this.#deps.environment.liveness.now() - this.#heard;
  }

  /** Tells the peer that it is connected, and takes its first requests. */
  open(rejected: readonly string[]): void {
    const { environment, policy } = this.#deps;
    this.outbox.control(connectedStatus(this, rejected, environment.limits, policy));
    this.#transitionTo('ready', 'registered');
  }

  /** A valid heartbeat has come. */
  heard(): void {
    this.#heard = this.#deps.environment.liveness.now();
    if (this.#state === 'suspect') this.#transitionTo('ready', 'heartbeats are back');
  }

  /** @param add names that were checked */
  updateServices(add: readonly string[], remove: readonly string[]): void {
    this.#listing.update(add, remove);
    if (this.#state === 'ready') this.#listing.offer();
    if (this.#listing.routable) this.#deps.forwarder.peerReady(this);
  }

  /** From now on it gets no requests, or only those nobody else takes; what is under way goes on. */
  drain({ why, lastResort, whenIdle, latest, notice }: DrainOptions): void {
    if (this.#state === 'closed') return;
    this.#whenIdle ??= whenIdle;
    if (latest) {
      const at = this.#deps.environment.liveness.now() + latest.after;
      if (!this.#latest || at < this.#latest.at) this.#latest = { at, closing: latest.closing };
    }
    // One that is silent is no resort at all.
    if (!lastResort || this.#state === 'suspect') this.#listing.unroute();
    this.#transitionTo('draining', why);
    if (notice && this.can.drain) {
      this.outbox.control({ messageType: { case: 'drain', value: { ...notice, reason: why } } });
    }
    this.#endIfIdle();
  }

  fail(code: number, message: string): void {
    const isSlow = code === grpcCode.resourceExhausted;
    this.close(closeError(code, message, isSlow ? Reason.SLOW_READER : Reason.PROTOCOL_VIOLATION));
  }

  /** Its key is no longer what let it in. What is under way may end. */
  revoke(closing: CloseReason): void {
    if (this.#revoked) return;
    this.#revoked = true;
    const { revokeGrace } = this.#deps.environment.limits;
    this.drain({
      why: closing.message,
      lastResort: false,
      whenIdle: closing,
      latest: { after: revokeGrace, closing },
      notice: { graceMs: revokeGrace, reconnectAfterMs: 0 },
    });
  }

  /** Ends it now; whoever waits for an answer from it is told in this turn. */
  close(closing: CloseReason): void {
    if (!this.#transitionTo('closed', closing.message)) return;
    // After all else that it may be told: some of what was settled now may have been its own calls.
    this.outbox.control(lastStatus(closing, this.id, this.revision));
    this.outbox.close();
    this.#deps.closingStreams.end(this.#stream, { code: closing.code, message: closing.message });
  }

  /** To be called once a second. */
  sweep(): void {
    const { limits, liveness } = this.#deps.environment;
    const flood = this.pressure.sweep();
    if (flood || this.pressure.callsHeldFor > limits.slowReaderAfter) {
      const text = 'more was sent than the gateway takes';
      this.close(closeError(grpcCode.resourceExhausted, text, Reason.OVERLOADED));
      return;
    }
    this.calls.sweep();
    if (this.pressure.held) this.#heard = liveness.now();
    if (this.#latest && liveness.now() >= this.#latest.at) {
      this.close(this.#latest.closing);
    } else if (this.silentFor >= limits.closeAfter) {
      const seconds = Math.round(limits.closeAfter / 1_000);
      const text = `heartbeat timeout: no valid heartbeat for ${seconds} s; send one with this connection_id every ${limits.heartbeatInterval / 1_000} s`;
      this.close(closeReason(grpcCode.unavailable, text, Reason.HEARTBEAT_TIMEOUT));
    } else if (this.silentFor >= limits.suspectAfter && this.#state === 'ready') {
      this.#transitionTo('suspect', 'no valid heartbeat');
    } else {
      this.#endIfIdle();
    }
  }

  #drained(): void {
    this.outbox.drain();
    if (this.#listing.routable && this.#state !== 'suspect') this.#deps.forwarder.peerReady(this);
    this.#endIfIdle();
  }

  /** Everything the peer had to say is here: what it has not answered it never will. Its own calls go on. */
  #halfClosed(): void {
    if (this.#state === 'closed') return;
    const closing = closeReason(grpcCode.ok, 'the service has ended its side', Reason.REASON_UNSPECIFIED);
    this.drain({ why: closing.message, lastResort: false, whenIdle: closing });
    this.calls.dropUnfinished();
    this.#deps.forwarder.peerGone(this, closing.message);
    this.#endIfIdle();
  }

  #lost(status: GrpcStatus): void {
    if (this.#transitionTo('closed', status.message || 'the stream has ended')) this.outbox.close();
  }

  #endIfIdle(): void {
    if (!this.#whenIdle || this.#state === 'closed') return;
    const waiting = this.outbox.backlog > this.#stream.backlog;
    if (waiting || this.calls.size > 0 || this.#deps.forwarder.pendingOf(this) > 0) return;
    this.close(this.#whenIdle);
  }

  /**
   * The only place where the state changes, and with it all that depends on it:
   *
   *     opening → ready ⇄ suspect       ready, suspect → draining       any → closed
   *
   * - `opening`: in no index; the peer has yet to be told that it is connected.
   * - `ready`: known by its id, routable for each of its services, and those are offered to other gateways.
   * - `suspect`: the same, but not offered; it gets no requests, those for it wait for its next heartbeat.
   * - `draining`: known by its id, not offered, never ready again. Routable only while it is the last resort.
   * - `closed`: in no index; no request is at it, and no call of its own is under way. Nothing leaves this state.
   *
   * @returns false where it is in that state, or cannot get there from the one it is in
   */
  #transitionTo(to: ConnectionState, why: string): boolean {
    const from = this.#state;
    if (from === to || from === 'closed' || (from === 'draining' && to !== 'closed')) return false;
    const { environment, forwarder } = this.#deps;
    this.#state = to;
    if (from !== 'opening') environment.observer.connectionState?.(this.info, from, to, why);
    switch (to) {
      case 'ready':
        if (from === 'opening') this.#listing.enter();
        this.#listing.offer();
        if (from === 'opening') environment.observer.connectionRegistered?.(this.info);
        forwarder.peerReady(this);
        break;
      case 'suspect':
      case 'draining':
        this.#listing.withdraw();
        break;
      case 'closed':
        this.#listing.leave();
        this.calls.close();
        forwarder.peerGone(this, why);
        break;
      default:
    }
    return true;
  }
}
