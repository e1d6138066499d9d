import { budgets } from '../protocol/budgets.ts';
import {
  defaultChunkBytes,
  defaultChunksUnacknowledged,
  defaultMaxBodyBytes,
  defaultMaxMessageBytes,
} from '../protocol/sizes.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** Every number by which the gateway bounds its peers; times in milliseconds, sizes in bytes. */
export interface Limits {
  /** For the first message of a connection. */
  readonly registerTimeout: number;
  /** The interval of heartbeats that peers are told to keep to. */
  readonly heartbeatInterval: number;
  /** Without a valid heartbeat: not routable. */
  readonly suspectAfter: number;
  /** Without a valid heartbeat: closed. */
  readonly closeAfter: number;
  /** For a request to get to a connection. */
  readonly queueTimeout: number;
  /** A service's name stays known for so long after its last connection is gone: requests wait for the next one. */
  readonly knownFor: number;
  /** For so long after the start every name that a key may register is known; 0 for not at all. */
  readonly startKnownFor: number;
  /** For a request whose caller sets no deadline, and for any. */
  readonly defaultDeadline: number;
  readonly longestDeadline: number;
  /** Requests that wait for a connection of one service; more are refused. */
  readonly queuePerService: number;
  /** Requests under way in all, and bytes of their bodies and of answers that their callers have not taken. */
  readonly maxInFlight: number;
  readonly maxInFlightBytes: number;
  /** Requests at one connection that names no number of its own. */
  readonly maxInFlightPerConnection: number;
  /** The largest ConnectionMessage sent to a peer that names none. */
  readonly legacyMessageBytes: number;
  /** The largest ConnectionMessage taken; more ends the stream. */
  readonly maxMessageBytes: number;
  /** The largest body of a request or an answer that comes in chunks. */
  readonly maxBodyBytes: number;
  readonly chunkBytes: number;
  /** Chunks of one transfer that may be unacknowledged. */
  readonly chunksUnacknowledged: number;
  /** Queued for one connection: from here on it is not routable. */
  readonly maxBacklog: number;
  /** A connection that takes nothing for so long while something is queued is closed. */
  readonly slowReaderAfter: number;
  /** Held for a caller that does not read, where the service cannot be held back: then the request is aborted. */
  readonly slowCallerBytes: number;
  /** Unanswered requests in a row until a connection is passed over, and for how long. */
  readonly ejectAfter: number;
  readonly ejectFor: number;
  /** The time for which late answers are told from unknown ones, and the number of requests remembered for that. */
  readonly tombstoneFor: number;
  readonly tombstones: number;
  readonly maxServicesPerConnection: number;
  /** Streams of one address that have not registered yet. */
  readonly maxOpeningPerAddress: number;
  /** Bytes that all streams together have sent before they have registered. */
  readonly maxOpeningBytes: number;
  /** Registrations a second; others wait, then are told when to come back. */
  readonly registersPerSecond: number;
  /** Heartbeats a second of one connection: dropped above the first number, closed above the second. */
  readonly heartbeatsDroppedAbove: number;
  readonly heartbeatsClosedAbove: number;
  /** For requests at connections whose key was revoked. */
  readonly revokeGrace: number;
  /** For requests under way when the gateway stops. */
  readonly drainTimeout: number;
  /** Over which peers are spread when they are asked to go to another gateway. */
  readonly drainSpread: number;
  /** Events queued for one subscriber; more are dropped. */
  readonly eventBacklog: number;
}

export const defaultLimits: Limits = {
  registerTimeout: 10_000,
  heartbeatInterval: 30_000,
  suspectAfter: 45_000,
  closeAfter: 90_000,
  queueTimeout: 2_000,
  knownFor: 10_000,
  startKnownFor: 60_000,
  defaultDeadline: 30_000,
  longestDeadline: 300_000,
  queuePerService: 1_024,
  maxInFlight: budgets.inFlight.count,
  maxInFlightBytes: budgets.inFlight.bytes,
  maxInFlightPerConnection: 1_024,
  legacyMessageBytes: 4 * MiB - 64 * KiB,
  maxMessageBytes: defaultMaxMessageBytes,
  maxBodyBytes: defaultMaxBodyBytes,
  chunkBytes: defaultChunkBytes,
  chunksUnacknowledged: defaultChunksUnacknowledged,
  maxBacklog: 8 * MiB,
  slowReaderAfter: 30_000,
  slowCallerBytes: budgets.unreadAnswer.bytes,
  ejectAfter: 5,
  ejectFor: 30_000,
  tombstoneFor: 60_000,
  tombstones: 10_000,
  maxServicesPerConnection: 256,
  maxOpeningPerAddress: budgets.openings.count,
  maxOpeningBytes: budgets.openings.bytes,
  registersPerSecond: 200,
  heartbeatsDroppedAbove: 10,
  heartbeatsClosedAbove: 100,
  revokeGrace: 5_000,
  drainTimeout: 25_000,
  drainSpread: 3_000,
  eventBacklog: MiB,
};
