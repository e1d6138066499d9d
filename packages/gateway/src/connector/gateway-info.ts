import type { ConnectionStatus } from '../protocol/registry.pb.ts';

/** The largest message of a gRPC peer that does not say how large it may be, less what surrounds a payload. */
const legacyMessageBytes = 4 * 1024 * 1024;

/** A gateway, as it describes itself in its CONNECTED. */
export interface GatewayInfo {
  readonly connectionId: string;
  /** Empty for one that knows nothing of this. */
  readonly gatewayId: string;
  /** 0 for one that knows nothing but what the guide names. */
  readonly revision: number;
  readonly can: {
    readonly http: boolean;
    readonly chunks: boolean;
    readonly window: boolean;
    readonly cancel: boolean;
    readonly drain: boolean;
    /** Takes answers with an open end. */
    readonly streams: boolean;
    /** It has use for our descriptors. */
    readonly descriptors: boolean;
  };
  /** The largest ConnectionMessage it takes, in bytes. */
  readonly maxMessageBytes: number;
  /** In milliseconds; 0 where it does not say. */
  readonly heartbeatInterval: number;
}

export function gatewayInfo(status: ConnectionStatus): GatewayInfo {
  const can = (what: string): boolean => status.protocolRevision > 0 && status.capabilities.includes(what);
  return {
    connectionId: status.connectionId,
    gatewayId: status.gatewayId,
    revision: status.protocolRevision,
    can: {
      http: can('http'),
      chunks: can('chunks'),
      window: can('window'),
      cancel: can('cancel'),
      drain: can('drain'),
      streams: can('streams'),
      descriptors: can('descriptors'),
    },
    maxMessageBytes: status.maxMessageBytes || legacyMessageBytes,
    heartbeatInterval: status.heartbeatIntervalMs,
  };
}
