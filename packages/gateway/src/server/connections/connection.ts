import { grpcCode } from '../../protocol/grpc-code.ts';
import type { Key } from '../../keys/key-ring.ts';
import { ConnectionStatus_Reason as Reason } from '../../protocol/registry.pb.ts';
import { createOutbox, type StreamOutbox } from '../../protocol/stream-outbox.ts';
import type { GrpcStatus, MessageStream } from '../../protocol/message-stream.ts';
import type { Transcoder } from '../../transcode/transcoder.ts';
import { BackPressure } from './back-pressure.ts';
import { closeReason, lastStatus, closeError, type CloseReason } from './close-reason.ts';
import type { Indexed } from './connections.ts';
import type { Host } from '../host.ts';
import { Inbox } from './inbox.ts';
import { connectedStatus } from './notices.ts';
import type { ConnectionInfo } from '../observer.ts';
import type { ConnectionState, PeerAbilities } from '../peer.ts';
import type { Registration } from './registration.ts';
import { ServiceCalls } from '../service-calls/service-calls.ts';

/** How a connection is asked to go. */
export interface DrainOptions {
  /** For logs, and for the peer where it can be told. */
  readonly why: string;
  /** Whether it may still get requests that nobody else can take. */
  readonly lastResort: boolean;
  /** How it ends once nothing is under way on it, where the gateway ends it. */
  readonly whenIdle?: CloseReason;
  /** How it ends at the latest, in so many milliseconds. */
  readonly latest?: { readonly after: number; readonly closing: CloseReason };
  /** Told to a peer that knows the message. */
  readonly notice?: { readonly graceMs: number; readonly reconnectAfterMs: number };
}

/** A registered connection: its states, and its places in the indexes. What it says is read by its Inbox. */
export class Connection implements Indexed {
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
  readonly #host: Host;
  readonly #stream: MessageStream;
  readonly #services: Set<string>;
  /** How to withdraw what other gateways were offered, by service. */
  readonly #offers = new Map<string, () => void>();
  #state: ConnectionState = 'ready';
  /** Of liveness: the last valid heartbeat. */
  #heard: number;
  #routable = true;
  #revoked = false;
  #whenIdle: CloseReason | undefined;
  #latest: { readonly at: number; readonly closing: CloseReason } | undefined;

  constructor(stream: MessageStream, address: string, registration: Registration, host: Host) {
    this.#host = host;
    this.#stream = stream;
    this.#services = new Set(registration.services);
    this.#heard = host.liveness.now();
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
    this.since = host.clock.now();
    const { chunkBytes, chunksUnacknowledged } = host.limits;
    this.outbox = createOutbox(stream, {
      chunkBytes,
      chunksUnacknowledged,
      acknowledges: registration.can.window,
    });
    this.pressure = new BackPressure(stream, host.liveness);
    this.calls = new ServiceCalls(this, host, () => this.#endIfIdle());
    const inbox = new Inbox(this, host, registration);
    stream.events = {
      message: (bytes) => inbox.message(bytes),
      drain: () => this.#drained(),
      ended: () => this.#halfClosed(),
      closed: (status) => this.#lost(status),
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get services(): ReadonlySet<string> {
    return this.#services;
  }

  get transcoder(): Transcoder | undefined {
    return this.ownTranscoder ?? this.#host.transcoder();
  }

  get info(): ConnectionInfo {
    const { id, address, key, revision } = this;
    return { id, address, keyId: key.id, owner: key.owner, revision, services: [...this.#services] };
  }

  /** Milliseconds since the last valid heartbeat, or since it was registered. */
  get silentFor(): number {
    return this.#host.liveness.now() - this.#heard;
  }

  /** Tells the peer that it is connected, and takes its first requests. */
  open(rejected: readonly string[]): void {
    const { connections, directory, forwarder, observer } = this.#host;
    this.outbox.control(connectedStatus(this, rejected, this.#host));
    connections.add(this);
    for (const service of this.#services) directory.add(this, service);
    this.#offer();
    observer.connectionRegistered?.(this.info);
    forwarder.peerReady(this);
  }

  /** A valid heartbeat has come. */
  heard(): void {
    this.#heard = this.#host.liveness.now();
    if (this.#state !== 'suspect') return;
    this.#move('ready', 'heartbeats are back');
    this.#offer();
    this.#host.forwarder.peerReady(this);
  }

  /** @param add names that were checked */
  updateServices(add: readonly string[], remove: readonly string[]): void {
    const { clock, directory, forwarder } = this.#host;
    for (const service of remove) {
      if (!this.#services.delete(service)) continue;
      this.#offers.get(service)?.();
      this.#offers.delete(service);
      directory.remove(this, service, clock.now());
    }
    for (const service of add) {
      if (this.#services.has(service)) continue;
      this.#services.add(service);
      if (this.#routable) directory.add(this, service);
    }
    this.#offer();
    if (this.#routable) forwarder.peerReady(this);
  }

  /** From now on it gets no requests, or only those nobody else takes; what is under way goes on. */
  drain(options: DrainOptions): void {
    if (this.#state === 'closed') return;
    this.#whenIdle ??= options.whenIdle;
    if (options.latest) {
      const at = this.#host.liveness.now() + options.latest.after;
      if (!this.#latest || at < this.#latest.at) this.#latest = { at, closing: options.latest.closing };
    }
    // One that is silent is no resort at all.
    if (!options.lastResort || this.#state === 'suspect') this.#unroute();
    if (this.#state !== 'draining') this.#move('draining', options.why);
    this.#withdraw();
    if (options.notice && this.can.drain) {
      const value = { ...options.notice, reason: options.why };
      this.outbox.control({ messageType: { case: 'drain', value } });
    }
    this.#endIfIdle();
  }

  fail(code: number, message: string): void {
    this.close(
      closeError(
        code,
        message,
        code === grpcCode.resourceExhausted ? Reason.SLOW_READER : Reason.PROTOCOL_VIOLATION,
      ),
    );
  }

  /** Its key is no longer what let it in. What is under way may end. */
  revoke(closing: CloseReason): void {
    if (this.#revoked) return;
    this.#revoked = true;
    const { revokeGrace } = this.#host.limits;
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
    if (this.#state === 'closed') return;
    this.#leaveIndexes(closing.message);
    this.#settle(closing.message);
    // After all else that it may be told: some of what was settled now may have been its own calls.
    this.outbox.control(lastStatus(closing, this.id, this.revision));
    this.outbox.close();
    this.#host.closingStreams.end(this.#stream, { code: closing.code, message: closing.message });
  }

  /** Once a second. */
  sweep(): void {
    const { limits, liveness } = this.#host;
    const flood = this.pressure.sweep();
    if (flood || this.pressure.callsHeldFor > limits.slowReaderAfter) {
      this.close(
        closeError(grpcCode.resourceExhausted, 'more was sent than the gateway takes', Reason.OVERLOADED),
      );
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
      this.#move('suspect', 'no valid heartbeat');
      this.#withdraw();
    } else {
      this.#endIfIdle();
    }
  }

  #drained(): void {
    this.outbox.drain();
    if (this.#routable && this.#state !== 'suspect') this.#host.forwarder.peerReady(this);
    this.#endIfIdle();
  }

  /** Everything the peer had to say is here: what it has not answered it never will. Its own calls go on. */
  #halfClosed(): void {
    if (this.#state === 'closed') return;
    const closing = closeReason(grpcCode.ok, 'the service has ended its side', Reason.REASON_UNSPECIFIED);
    this.drain({ why: closing.message, lastResort: false, whenIdle: closing });
    this.calls.dropUnfinished();
    this.#host.forwarder.peerGone(this, closing.message);
    this.#endIfIdle();
  }

  #lost(status: GrpcStatus): void {
    if (this.#state === 'closed') return;
    const why = status.message || 'the stream has ended';
    this.#leaveIndexes(why);
    this.#settle(why);
    this.outbox.close();
  }

  #endIfIdle(): void {
    if (!this.#whenIdle || this.#state === 'closed') return;
    const waiting = this.outbox.backlog > this.#stream.backlog;
    if (waiting || this.calls.size > 0 || this.#host.forwarder.pendingOf(this) > 0) return;
    this.close(this.#whenIdle);
  }

  #leaveIndexes(why: string): void {
    this.#move('closed', why);
    this.#withdraw();
    this.#unroute();
    this.#host.connections.remove(this);
    this.#host.events.remove(this);
  }

  #settle(why: string): void {
    this.calls.close();
    this.#host.forwarder.peerGone(this, why);
  }

  #unroute(): void {
    if (!this.#routable) return;
    this.#routable = false;
    const { clock, directory } = this.#host;
    for (const service of this.#services) directory.remove(this, service, clock.now());
  }

  #offer(): void {
    if (this.#state !== 'ready') return;
    const { bus, forwarder } = this.#host;
    for (const service of this.#services) {
      if (this.#offers.has(service)) continue;
      this.#offers.set(
        service,
        bus.offer(service, (request, sink) => forwarder.forwardHere(request, sink)),
      );
    }
  }

  #withdraw(): void {
    for (const withdraw of this.#offers.values()) withdraw();
    this.#offers.clear();
  }

  #move(to: ConnectionState, why: string): void {
    const from = this.#state;
    this.#state = to;
    this.#host.observer.connectionState?.(this.info, from, to, why);
  }
}
