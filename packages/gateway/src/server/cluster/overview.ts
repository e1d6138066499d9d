import type { BusCount } from './counted-carrier.ts';

/** The other gateways and the bus to them, as operators see them from one gateway. */
export interface ClusterOverview {
  /** False while the bus is cut off. */
  readonly isUp: boolean;
  readonly sent: BusCount;
  readonly received: BusCount;
  /** By their ids; those that are not gone. */
  readonly gateways: readonly OtherGateway[];
}

/** Another gateway, as it was heard of last. Counts are since it came. */
export interface OtherGateway {
  readonly id: string;
  /** Names that have a connection there, sorted. */
  readonly services: readonly string[];
  /** Milliseconds since its last sign of life; it says one a second. */
  readonly silentFor: number;
  /** Milliseconds that it took to say that it has a request, the latest; null where it has had none. */
  readonly lag: number | null;
  /** Requests of this gateway's callers that it took, and those of its callers that this gateway took. */
  readonly requestsTo: number;
  readonly requestsFrom: number;
}
