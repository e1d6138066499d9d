import type { Outbox } from '../protocol/outbox.ts';
import type { Key } from '../keys/key-ring.ts';
import type { Transcoder } from '../transcode/transcoder.ts';

/** Where a connection is in its life; it never goes back but from `suspect` to `ready`. */
export type ConnectionState = 'opening' | 'ready' | 'suspect' | 'draining' | 'closed';

/** The abilities a peer has named. */
export interface PeerAbilities {
  /** Takes payloads of format HTTP. */
  readonly http: boolean;
  /** Takes a payload in chunks. */
  readonly chunks: boolean;
  /** Acknowledges chunks, and takes acknowledgements. */
  readonly window: boolean;
  readonly cancel: boolean;
  readonly drain: boolean;
  /** Can go to another gateway when it is asked to leave this one. */
  readonly elsewhere: boolean;
  /** Answers with chunks of which nobody knows how many there will be. */
  readonly streams: boolean;
  /** Takes payloads of format HTTP that are gRPC's, and answers them with trailers. */
  readonly grpc: boolean;
}

/** A registered connection as those see it who send requests over it. Compared by identity, never by id. */
export interface Peer {
  readonly id: string;
  readonly address: string;
  readonly key: Key;
  readonly state: ConnectionState;
  /** 0 for a peer that is sent nothing but what the guide names. */
  readonly revision: number;
  readonly can: PeerAbilities;
  /** Full proto names, as registered. */
  readonly services: ReadonlySet<string>;
  readonly weight: number;
  readonly maxInFlight: number;
  /** The largest ConnectionMessage it takes, in bytes. */
  readonly maxMessageBytes: number;
  /** `pkg.Service/Method` of those that may be asked twice. */
  readonly idempotentMethods: ReadonlySet<string>;
  /** Turns JSON and forms into its messages; undefined where its descriptors are not known. */
  readonly transcoder: Transcoder | undefined;
  /** Everything that is sent to it goes through here. */
  readonly outbox: Outbox;
  /** Ends it for cause, with what is pending on it. `reason` goes to the log and, in `message`, to the peer. */
  fail(code: number, message: string): void;
}
