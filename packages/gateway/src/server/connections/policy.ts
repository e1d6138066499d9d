import type { KeyRing } from '../../keys/key-ring.ts';
import type { Transcoder } from '../../transcode/transcoder.ts';
import type { HeartbeatMode } from './heartbeats.ts';

/** The gateway's configuration, as far as connections are judged and served by it. */
export interface Policy {
  readonly gatewayId: string;
  readonly keys: KeyRing;
  readonly heartbeat: HeartbeatMode;
  /** Of services whose descriptors are in the gateway's configuration. */
  transcoder(): Transcoder | undefined;
  /** Of descriptors a service uploads; undefined where uploads are not taken. @throws {Error} for a bad set */
  readonly transcoderOf: ((descriptorSet: Uint8Array) => Transcoder) | undefined;
  /** Descriptors are for docs too: of services that need no transcoder. */
  readonly wantsDescriptors: boolean;
}
