import type { Logger } from '@pipit/runtime';
import type { Clock } from '../clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Transcoder } from '../transcode/transcoder.ts';
import type { Bus } from './cluster/bus.ts';
import type { Connection } from './connections/connection.ts';
import type { Connections } from './connections/connections.ts';
import type { Directory } from './directory.ts';
import type { ClosingStreams } from './connections/closing-streams.ts';
import type { Events } from './cluster/events.ts';
import type { Forwarder } from './requests/forwarder.ts';
import type { HeartbeatMode } from './connections/heartbeats.ts';
import type { Limits } from './limits.ts';
import type { Liveness } from './liveness.ts';
import type { Observer } from './observer.ts';

/** What all connections of a gateway share. */
export interface Host {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly log: Logger;
  readonly observer: Observer;
  readonly bus: Bus;
  readonly keys: KeyRing;
  readonly liveness: Liveness;
  readonly directory: Directory;
  readonly connections: Connections<Connection>;
  readonly forwarder: Forwarder;
  readonly events: Events;
  readonly closingStreams: ClosingStreams;
  readonly gatewayId: string;
  readonly heartbeat: HeartbeatMode;
  /** Of services whose descriptors are in the gateway's configuration. */
  transcoder(): Transcoder | undefined;
  /** Of descriptors a service uploads; undefined where uploads are not taken. @throws {Error} for a bad set */
  readonly transcoderOf: ((descriptorSet: Uint8Array) => Transcoder) | undefined;
}
