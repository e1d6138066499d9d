import { grpcCode } from '@pipit/runtime/door';
import type { ServiceSchema } from '@pipit/schema';
import { ConnectionStatus_Reason as Reason } from '../protocol/registry.pb.ts';
import { closeReason, type CloseReason } from './connections/close-reason.ts';
import type { Connection } from './connections/connection.ts';
import type { ClosingStreams } from './connections/closing-streams.ts';
import type { Indexes } from './connections/listing.ts';
import type { Environment } from './environment.ts';
import type { Forwarder } from './requests/forwarder.ts';
import type { ConnectionInfo } from './observer.ts';
import type { ConnectionState } from './peer.ts';

/** A gateway as operators see it, and what they can do to it. */
export interface GatewayAdmin {
  connections(): ConnectionStats[];
  /** By name; those that have a connection. */
  services(): ServiceStats[];
  /** Those of them whose descriptors are known, by name. */
  schemas(): ServiceSchema[];
  stats(): GatewayStats;
  /** Gives the connection no more requests, and ends it when none is under way. False where no connection has the id. */
  drain(id: string): boolean;
  /** Ends it now, with what is under way on it. */
  kill(id: string): boolean;
}

export interface ConnectionStats extends ConnectionInfo {
  readonly state: ConnectionState;
  /** As the service says, for example `pipit/0.1.0`. */
  readonly sdk: string;
  readonly weight: number;
  /** Requests at it, and calls of its own. */
  readonly inFlight: number;
  readonly calls: number;
  /** Bytes it has yet to take. */
  readonly backlog: number;
  /** Since it registered, and since its last valid heartbeat, in milliseconds. */
  readonly connectedFor: number;
  readonly silentFor: number;
}

export interface ServiceStats {
  readonly name: string;
  readonly connections: Readonly<Record<ConnectionState, number>>;
  readonly inFlight: number;
}

export interface GatewayStats {
  /** `opening` are streams that have not registered, `closed` those whose peers have not read so yet. */
  readonly connections: Readonly<Record<ConnectionState, number>>;
  readonly services: number;
  /** Requests under way, bytes of their bodies, and those of them that wait for a connection. */
  readonly inFlight: number;
  readonly inFlightBytes: number;
  readonly queued: number;
  /** Of services, on their own streams. */
  readonly calls: number;
  /** Bytes that wait for peers. */
  readonly backlog: number;
  /** Connections with subscriptions to events. */
  readonly subscribers: number;
}

/** The reason a peer is given for an operator's drain or kill. */
const byOperator: CloseReason = closeReason(
  grpcCode.unavailable,
  'closed by the operator of the gateway',
  Reason.CLOSED_BY_OPERATOR,
);

export interface AdminDeps {
  readonly environment: Environment;
  readonly indexes: Indexes<Connection>;
  readonly forwarder: Forwarder;
  readonly closingStreams: ClosingStreams;
}

/** @param handshakes how many streams have not registered */
export function adminOf(deps: AdminDeps, handshakes: () => number): GatewayAdmin {
  const { environment, indexes, forwarder, closingStreams } = deps;
  const { clock, limits } = environment;
  const { connections, directory, events } = indexes;
  return {
    connections: () => [...connections].map((connection) => infoOf(connection)),
    services: () => [...directory.names()].sort().map((name) => serviceOf(name)),
    schemas: () => [...directory.names()].sort().flatMap((name) => schemaOf(name) ?? []),
    stats() {
      const all = [...connections];
      return {
        connections: { ...count(all), opening: handshakes(), closed: closingStreams.size },
        services: [...directory.names()].length,
        inFlight: forwarder.inFlight,
        inFlightBytes: forwarder.inFlightBytes,
        queued: forwarder.queued,
        calls: all.reduce((sum, { calls }) => sum + calls.size, 0),
        backlog: all.reduce((sum, { outbox }) => sum + outbox.backlog, 0),
        subscribers: events.subscribers,
      };
    },
    drain(id) {
      const connection = connections.get(id);
      const options = {
        why: byOperator.message,
        lastResort: true,
        latest: { after: limits.drainTimeout, closing: byOperator },
      };
      // One that knows the message connects again before it leaves; the others are told by the end of the stream.
      connection?.drain(
        connection.can.drain
          ? { ...options, notice: { graceMs: limits.drainTimeout, reconnectAfterMs: 0 } }
          : { ...options, whenIdle: byOperator },
      );
      return connection !== undefined;
    },
    kill(id) {
      const connection = connections.get(id);
      connection?.close(byOperator);
      return connection !== undefined;
    },
  };

  function infoOf(connection: Connection): ConnectionStats {
    const { state, sdk, weight, calls, outbox, since, silentFor } = connection;
    return {
      ...connection.info,
      state,
      sdk,
      weight,
      inFlight: forwarder.pendingOf(connection),
      calls: calls.size,
      backlog: outbox.backlog,
      connectedFor: clock.now() - since,
      silentFor,
    };
  }

  function schemaOf(name: string): ServiceSchema | undefined {
    for (const { transcoder } of directory.peersOf(name)) {
      const schema = transcoder?.schema(name);
      if (schema !== undefined) return schema;
    }
    return undefined;
  }

  function serviceOf(name: string): ServiceStats {
    const peers = [...directory.peersOf(name)];
    const inFlight = peers.reduce((sum, peer) => sum + forwarder.pendingOf(peer), 0);
    return { name, connections: count(peers), inFlight };
  }
}

function count(peers: readonly { readonly state: ConnectionState }[]): Record<ConnectionState, number> {
  const counts = { opening: 0, ready: 0, suspect: 0, draining: 0, closed: 0 };
  for (const { state } of peers) counts[state] += 1;
  return counts;
}
