import type { EventMessage } from '../../protocol/registry.pb.ts';
import type { IncomingRequest } from '../requests/incoming-request.ts';
import type { Elsewhere, RequestHandle, Sink } from '../requests/sink.ts';

/**
 * The connection between gateways. The default knows one gateway only; another carries requests and events between several.
 * Local connections come first, and a request that came from the bus never goes there again.
 */
export interface Bus extends Elsewhere {
  /**
   * This gateway has a connection for `service` and would take requests from others.
   * Called once for each connection that becomes routable; returns how to withdraw it.
   */
  offer(service: string, take: (request: IncomingRequest, sink: Sink) => RequestHandle): () => void;
  /** To the subscribers of other gateways. */
  publish(event: EventMessage): void;
  /** Events of other gateways. Returns how to stop. */
  subscribe(listener: (event: EventMessage) => void): () => void;
  /** Tells which services other gateways have connections for. Returns how to stop. */
  watch(elsewhere: Offers): () => void;
  close(): Promise<void>;
}

/** Hears of the services that other gateways have connections for. */
export interface Offers {
  /** One more gateway has. */
  offered(service: string): void;
  /** None has any more. */
  withdrawn(service: string): void;
}

/** The bus of a gateway that is alone. */
export const localBus: Bus = {
  offer: () => () => undefined,
  forward: () => undefined,
  watch: () => () => undefined,
  publish: () => undefined,
  subscribe: () => () => undefined,
  close: async () => undefined,
};
