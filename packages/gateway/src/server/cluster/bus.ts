import type { EventMessage } from '../../protocol/registry.pb.ts';
import type { Call, CallHandle } from '../requests/call.ts';

/**
 * What gateways have in common. The default knows one gateway only; another carries calls and events between several.
 * Local connections come first, and a call that came from the bus never goes there again.
 */
export interface Bus {
  /**
   * This gateway has a connection for `service` and would take calls from others.
   * Called once for each connection that becomes routable; returns how to withdraw it.
   */
  offer(service: string, take: (call: Call) => CallHandle): () => void;
  /** Passes a call on that no connection here can take; undefined where no other gateway can either. */
  forward(call: Call): CallHandle | undefined;
  /** To the subscribers of other gateways. */
  publish(event: EventMessage): void;
  /** Events of other gateways. Returns how to stop. */
  subscribe(listener: (event: EventMessage) => void): () => void;
  close(): Promise<void>;
}

/** The bus of a gateway that is alone. */
export const localBus: Bus = {
  offer: () => () => undefined,
  forward: () => undefined,
  publish: () => undefined,
  subscribe: () => () => undefined,
  close: async () => undefined,
};
