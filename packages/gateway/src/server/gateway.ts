import { randomUUID } from 'node:crypto';
import type { Logger } from '@pipit/runtime';
import { grpcCode, totalLogger } from '@pipit/runtime/door';
import { systemClock, type Clock } from '../clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { allows } from '../keys/rights.ts';
import { ConnectionStatus_Reason as Reason } from '../protocol/registry.pb.ts';
import type { MessageStream } from '../protocol/message-stream.ts';
import type { Transcoder } from '../transcode/transcoder.ts';
import { adminOf, type GatewayAdmin } from './admin.ts';
import { localBus, type Bus } from './cluster/bus.ts';
import type { IncomingRequest } from './requests/incoming-request.ts';
import type { Unread } from './requests/unread.ts';
import type { RequestHandle, Sink } from './requests/sink.ts';
import { closeError, type CloseReason } from './connections/close-reason.ts';
import type { Connection } from './connections/connection.ts';
import { Connections } from './connections/connections.ts';
import { Directory } from './directory.ts';
import type { Environment } from './environment.ts';
import { ClosingStreams } from './connections/closing-streams.ts';
import { Events } from './cluster/events.ts';
import { Forwarder } from './requests/forwarder.ts';
import type { HeartbeatMode } from './connections/heartbeats.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Openings } from './connections/openings.ts';
import { Liveness } from './liveness.ts';
import type { Observer } from './observer.ts';
import { observerOf } from './observers.ts';
import { Handshake, type HandshakeDeps } from './connections/handshake.ts';
import { notAllowed } from './connections/registration.ts';
import { RegisterPace } from './connections/register-pace.ts';
import { Shutdown, shuttingDown } from './shutdown.ts';
import { Startup } from './startup.ts';
import { WrongKeys } from './connections/wrong-keys.ts';

export interface GatewayOptions {
  readonly keys: KeyRing;
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly observers?: readonly Observer[];
  /** The connection to other gateways. Default: none. */
  readonly bus?: Bus;
  /** Default: a UUID. */
  readonly gatewayId?: string;
  /** The rule for a heartbeat with a wrong connection_id. Default `strict`: it does not count for its own stream. */
  readonly heartbeat?: HeartbeatMode;
  /** Of the descriptors in the gateway's configuration, for services that upload none; asked at each request. */
  readonly transcoder?: () => Transcoder | undefined;
  /** Makes one of a serialized FileDescriptorSet that a service uploads. Default: uploads are not taken. */
  readonly transcoderOf?: (descriptorSet: Uint8Array) => Transcoder;
  /** Ask services that need no transcoder for their descriptors too: `admin.schemas()` is for docs. Default false. */
  readonly wantsDescriptors?: boolean;
}

export type GatewayState = 'serving' | 'draining' | 'stopped';

/** Services on one side, callers on the other. It knows neither sockets nor HTTP. */
export interface Gateway {
  readonly id: string;
  readonly state: GatewayState;
  readonly limits: Limits;
  readonly admin: GatewayAdmin;
  /**
   * Resolves once the services that were connected before the start had time to come back: when none has registered
   * for 2 s, or after `limits.startKnownFor`; at once where no key may register anything. Balancers are told then.
   */
  readonly settled: Promise<void>;
  /** Takes a service's new stream, in the turn in which it came. Without `origin` its address is the stream's `peer`. */
  accept(stream: MessageStream, origin?: { readonly address: string }): void;
  /** Answers that callers have not taken: whoever writes them counts them here, and they count against the limits. */
  readonly unread: Unread;
  /** Brings a request to a service that has it; `sink` is told once how it ended. */
  forward(request: IncomingRequest, sink: Sink): RequestHandle;
  /**
   * A service's registered name for the one in a path; undefined where none was ever registered, and none is expected,
   * as just after the start.
   */
  resolve(serviceInPath: string): string | undefined;
  /** `serving` where a connection takes requests. `''` is the gateway itself. */
  serviceHealth(name: string): 'serving' | 'not_serving' | 'unknown';
  /**
   * Asks services to move, lets requests finish, ends all streams. Resolves when that is done.
   * @param moved called when services have had their time to move: close the port for services then, so that dials go
   *   elsewhere or fail at once
   */
  drain(moved?: () => void): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
}

const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Makes a gateway. It has no ports of its own: `createRegistryServer` brings services to it, `createFront` callers.
 * @example
 * const gateway = createGateway({ keys, log: pino() });
 * const services = createRegistryServer({ onStream: (stream, origin) => gateway.accept(stream, origin) });
 * await services.listen(7443, '127.0.0.1');
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new ReverseGateway(options);
}

class ReverseGateway implements Gateway {
  readonly id: string;
  readonly limits: Limits;
  readonly admin: GatewayAdmin;
  readonly settled: Promise<void>;
  readonly #startup: Startup;
  readonly #handshakes: Openings<Handshake>;
  readonly #deps: HandshakeDeps;
  readonly #shutdown: Shutdown;
  readonly #stopWatchingKeys: () => void;
  readonly #stopWatchingBus: () => void;
  #state: GatewayState = 'serving';
  #drained: Promise<void> | undefined;

  constructor(options: GatewayOptions) {
    const { keys, clock = systemClock, bus = localBus } = options;
    const log = totalLogger(options.log ?? silentLog);
    this.id = options.gatewayId ?? randomUUID();
    this.limits = { ...defaultLimits, ...options.limits };
    const { limits } = this;
    const startup = (this.#startup = new Startup(keys, clock, limits));
    this.settled = startup.over;
    const registered = { connectionRegistered: () => startup.registered() };
    const observer = observerOf([registered, ...(options.observers ?? [])], log);
    const liveness = new Liveness(clock, () => this.#sweep());
    const environment: Environment = { clock, liveness, limits, log, observer };
    const connections = new Connections<Connection>();
    const directory = new Directory((service) => startup.expects(service));
    const forwarder = new Forwarder({ clock, limits, directory, observer, log, elsewhere: bus });
    const closingStreams = new ClosingStreams(liveness);
    const openings = (this.#handshakes = new Openings<Handshake>(limits));
    this.#deps = {
      environment,
      policy: {
        gatewayId: this.id,
        keys,
        heartbeat: options.heartbeat ?? 'strict',
        transcoder: options.transcoder ?? (() => undefined),
        transcoderOf: options.transcoderOf,
        wantsDescriptors: options.wantsDescriptors ?? false,
      },
      indexes: { connections, directory, events: new Events(limits, observer, bus), bus },
      forwarder,
      closingStreams,
      pace: new RegisterPace(limits.registersPerSecond),
      wrongKeys: new WrongKeys(),
      openings,
    };
    this.#shutdown = new Shutdown({ environment, connections, forwarder, closingStreams });
    this.#stopWatchingKeys = keys.onChange(() => this.#checkKeys());
    this.#stopWatchingBus = bus.watch({
      offered(service) {
        directory.addElsewhere(service);
        forwarder.offeredElsewhere(service);
      },
      withdrawn: (service) => directory.removeElsewhere(service, clock.now()),
    });
    this.admin = adminOf(this.#deps, () => openings.size);
  }

  get unread(): Unread {
    return this.#deps.forwarder.unread;
  }

  get state(): GatewayState {
    return this.#state;
  }

  accept(stream: MessageStream, origin?: { readonly address: string }): void {
    const address = origin?.address ?? stream.peer;
    const { limits, observer } = this.#deps.environment;
    if (this.#state === 'stopped') {
      stream.destroy({ code: shuttingDown.code, message: shuttingDown.message });
      return;
    }
    observer.connectionOpened?.(address);
    const handshake = new Handshake(stream, address, this.#deps);
    if (this.#state !== 'serving') {
      handshake.refuse(shuttingDown);
      return;
    }
    const others = this.#handshakes.countOf(address);
    this.#handshakes.add(handshake);
    if (others >= limits.maxOpeningPerAddress) {
      const text = `${others} connections of this address have not registered yet: no more are taken`;
      handshake.refuse(closeError(grpcCode.resourceExhausted, text, Reason.OVERLOADED));
    }
  }

  forward(request: IncomingRequest, sink: Sink): RequestHandle {
    return this.#deps.forwarder.forward(request, sink);
  }

  resolve(serviceInPath: string): string | undefined {
    return this.#deps.indexes.directory.resolve(serviceInPath);
  }

  serviceHealth(name: string): 'serving' | 'not_serving' | 'unknown' {
    if (name === '') return this.#state === 'serving' ? 'serving' : 'not_serving';
    const { directory } = this.#deps.indexes;
    const service = directory.resolve(name);
    if (service === undefined) return 'unknown';
    for (const { state } of directory.peersOf(service)) {
      if (state === 'ready' || state === 'draining') return 'serving';
    }
    if (directory.isElsewhere(service)) return 'serving';
    return 'not_serving';
  }

  drain(moved: () => void = () => undefined): Promise<void> {
    this.#drained ??= this.#drain(moved);
    return this.#drained;
  }

  kill(): void {
    if (this.#state === 'stopped') return;
    this.#stop();
    for (const handshake of this.#handshakes) handshake.refuse(shuttingDown);
    for (const connection of this.#deps.indexes.connections) connection.close(shuttingDown);
    this.#deps.closingStreams.destroyAll();
  }

  async #drain(moved: () => void): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'draining';
    for (const handshake of this.#handshakes) handshake.refuse(shuttingDown);
    await this.#shutdown.run(moved);
    this.#stop();
  }

  #stop(): void {
    this.#state = 'stopped';
    this.#shutdown.cancel();
    this.#stopWatchingKeys();
    this.#stopWatchingBus();
    this.#deps.environment.liveness.stop();
    this.#deps.indexes.events.close();
  }

  #sweep(): void {
    const { environment, indexes, closingStreams, forwarder } = this.#deps;
    for (const connection of indexes.connections) connection.sweep();
    for (const handshake of this.#handshakes) handshake.sweep();
    closingStreams.sweep();
    forwarder.sweep(environment.liveness.now());
    this.#startup.sweep();
    this.#checkKeys();
  }

  /** Policies change with the keys, and end with time. */
  #checkKeys(): void {
    const { indexes, policy } = this.#deps;
    const { keys } = policy;
    for (const connection of indexes.connections) {
      const key = keys.current(connection.key);
      if (!key) {
        connection.revoke(revoked);
      } else if (key !== connection.key) {
        connection.key = key;
        const lost = [...connection.services].filter((name) => !allows(key.register, name));
        if (lost.length > 0) connection.revoke(narrowed(lost));
      }
    }
  }
}

const revoked: CloseReason = closeError(
  grpcCode.unauthenticated,
  'the api_key was revoked or has expired',
  Reason.KEY_REVOKED,
);
function narrowed(services: readonly string[]): CloseReason {
  return closeError(grpcCode.permissionDenied, notAllowed(services), Reason.SERVICE_NOT_ALLOWED);
}
