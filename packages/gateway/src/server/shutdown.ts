import { grpcCode } from '../protocol/grpc-code.ts';
import { ConnectionStatus_Reason as Reason } from '../protocol/registry.pb.ts';
import { closeReason, type CloseReason } from './connections/close-reason.ts';
import type { ClosingStreams } from './connections/closing-streams.ts';
import type { Connection } from './connections/connection.ts';
import type { Connections } from './connections/connections.ts';
import type { Environment } from './environment.ts';
import type { Forwarder } from './requests/forwarder.ts';

/** Beyond their spread, how long services have to connect elsewhere and leave by themselves, in milliseconds. */
const timeToMove = 1_000;

/** The reason given to everybody who is still connected when the gateway stops. */
export const shuttingDown: CloseReason = closeReason(
  grpcCode.unavailable,
  'the gateway shuts down: connect again',
  Reason.SHUTTING_DOWN,
);

export interface ShutdownDeps {
  readonly environment: Environment;
  readonly connections: Connections<Connection>;
  readonly forwarder: Forwarder;
  readonly closingStreams: ClosingStreams;
}

/** The orderly end of a gateway: services move, requests finish, streams end. */
export class Shutdown {
  readonly #deps: ShutdownDeps;
  readonly #timers = new Set<() => void>();

  constructor(deps: ShutdownDeps) {
    this.#deps = deps;
  }

  /** Resolves when every stream has ended. */
  async run(): Promise<void> {
    const { connections, closingStreams, environment, forwarder } = this.#deps;
    const { clock, limits } = environment;
    const began = clock.now();
    const spread = this.#askToGo();
    await Promise.race([connections.empty(), this.#wait(spread + timeToMove)]);
    const left = (): number => Math.max(0, limits.drainTimeout - (clock.now() - began));
    await Promise.race([forwarder.idle(), this.#wait(left())]);
    for (const connection of connections) {
      connection.drain({ why: shuttingDown.message, lastResort: true, whenIdle: shuttingDown });
    }
    await Promise.race([connections.empty(), this.#wait(left())]);
    for (const connection of connections) connection.close(shuttingDown);
    await closingStreams.empty();
    this.cancel();
  }

  /** Forgets what it still waits for. */
  cancel(): void {
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  /** @returns over how long the peers are spread, so that they do not all arrive at the next gateway at once */
  #askToGo(): number {
    const { connections, environment } = this.#deps;
    const { limits } = environment;
    const arrivals = (connections.size * 1_000) / limits.registersPerSecond;
    const spread = Math.min(limits.drainSpread, arrivals);
    for (const connection of connections) {
      const turn = Math.floor(Math.random() * spread);
      const options = { why: shuttingDown.message, lastResort: true };
      if (connection.can.drain) {
        connection.drain({ ...options, notice: { graceMs: limits.drainTimeout, reconnectAfterMs: turn } });
      } else {
        connection.drain(options);
        this.#after(turn, () => connection.drain({ ...options, whenIdle: shuttingDown }));
      }
    }
    return spread;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#after(ms, resolve);
    });
  }

  #after(ms: number, callback: () => void): void {
    const stop = this.#deps.environment.clock.after(ms, () => {
      this.#timers.delete(stop);
      callback();
    });
    this.#timers.add(stop);
  }
}
