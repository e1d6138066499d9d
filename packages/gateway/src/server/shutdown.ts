import { grpcCode } from '@pipit/runtime/door';
import { ConnectionStatus_Reason as Reason } from '../protocol/registry.pb.ts';
import { closeReason, type CloseReason } from './connections/close-reason.ts';
import type { ClosingStreams } from './connections/closing-streams.ts';
import type { Connection } from './connections/connection.ts';
import type { Connections } from './connections/connections.ts';
import type { Environment } from './environment.ts';
import type { Forwarder } from './requests/forwarder.ts';

/** Beyond their spread, how long services have to connect elsewhere and leave by themselves, in milliseconds. */
const timeToMove = 1_000;

/** For peers to read that their stream has ended, in milliseconds: one that does not read is not waited for. */
const farewell = 1_000;

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

  /**
   * Resolves when every stream has ended. Every wait has an end, and nothing that arrives meanwhile makes one longer.
   * @param moved called when services have had their time to move: from now on dials should fail at once, or go elsewhere
   */
  async run(moved: () => void): Promise<void> {
    const { connections, closingStreams, environment, forwarder } = this.#deps;
    const { clock, limits } = environment;
    const began = clock.now();
    const spread = this.#askToGo();
    if (spread !== undefined) await Promise.race([connections.empty(), this.#wait(spread + timeToMove)]);
    moved();
    const left = (): number => Math.max(0, limits.drainTimeout - (clock.now() - began));
    await Promise.race([forwarder.idle(), this.#wait(left())]);
    for (const connection of connections) {
      connection.drain({ why: shuttingDown.message, lastResort: true, whenIdle: shuttingDown });
    }
    await Promise.race([connections.empty(), this.#wait(left())]);
    for (const connection of connections) connection.close(shuttingDown);
    await Promise.race([closingStreams.empty(), this.#wait(farewell)]);
    closingStreams.destroyAll();
    this.cancel();
  }

  /** Forgets what it still waits for. */
  cancel(): void {
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  /**
   * Only those that have another gateway to go to are given time for it.
   * @returns over how long they are spread, so that they do not all arrive there at once; undefined where there are none
   */
  #askToGo(): number | undefined {
    const { connections, environment } = this.#deps;
    const { limits } = environment;
    const all = [...connections];
    const movers = all.filter(({ can }) => can.drain && can.elsewhere).length;
    const spread = Math.min(limits.drainSpread, (movers * 1_000) / limits.registersPerSecond);
    for (const connection of all) {
      const reconnectAfterMs = Math.floor(Math.random() * spread);
      connection.drain({
        why: shuttingDown.message,
        lastResort: true,
        notice: { graceMs: limits.drainTimeout, reconnectAfterMs },
      });
    }
    return movers === 0 ? undefined : spread;
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
