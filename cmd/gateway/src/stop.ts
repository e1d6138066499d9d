import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterBus, Gateway, RegistryServer } from '@pipit/gateway';
import { endOnSignal, type Health, type Log } from '@pipit/process';

/** The parts of a running gateway that have to end. */
export interface Running {
  readonly gateway: Gateway;
  /** To other gateways. */
  readonly bus: ClusterBus | undefined;
  readonly callers: Server;
  readonly services: RegistryServer;
  readonly admin: Server | undefined;
  readonly health: Health;
  readonly log: Log;
  readonly reloading: { close(): void };
  /** Time for which callers are still taken, in milliseconds. */
  readonly delayMs: number;
}

/** Time for everything to close after the requests, in milliseconds. */
const closingMs = 5_000;

/** The longest that a gateway takes to stop, in milliseconds. @param drainTimeout for the requests under way */
export function longestEnd(drainTimeout: number): number {
  return 2 * drainTimeout + closingMs;
}

/** To be called before the callers' listener listens. After the delay services are asked to move, requests under way finish. */
export function stopOnSignal({ gateway, bus, callers, services, admin, ...running }: Running): void {
  const { health, log, reloading, delayMs } = running;
  const { drainTimeout } = gateway.limits;
  endOnSignal({
    log,
    health,
    delayMs,
    timeoutMs: longestEnd(drainTimeout),
    servers: [callers],
    admin,
    async close() {
      reloading.close();
      const drained = gateway.drain(() => void services.close());
      const answered = new Promise<void>((resolve) => void callers.close(() => resolve()));
      // A caller may read slowly what it was answered, but not for ever.
      await Promise.race([answered, wait(drainTimeout)]);
      await drained;
      await services.destroy();
      await bus?.close();
    },
    abort: () => gateway.kill(),
  });
}
