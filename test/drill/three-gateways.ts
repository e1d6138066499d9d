import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import type { GatewayStatus } from '../../cmd/gateway/src/admin/status.ts';
import { NatsServer } from '../cluster/nats-server.ts';
import { freePort } from '../free-port.ts';
import { folder, keysOf, logged, runGateway } from '../gateway-process/gateway.ts';
import type { Run } from '../server-process/server.ts';

/** More than three of HAProxy's looks at /readyz. */
const delay = ['--shutdown-delay-ms', '1500'];
const adminToken = 'a-token-for-operators';

export const ids: readonly string[] = ['a', 'b', 'c'];

/** The name of one of the services. */
export function nameOf(index: number): string {
  return `drill.v0.Echo${index}`;
}

/** The ports of a gateway. */
interface Place {
  readonly port: number;
  readonly services: number;
  readonly admin: number;
}

/** NATS, three gateways, and services each of which is connected to two of them. */
export class ThreeGateways {
  readonly running: Run[] = [];
  readonly #nats: NatsServer;
  readonly #cwd: string = folder();
  readonly #key: string;
  readonly #places: readonly Place[];
  readonly #services: number;

  private constructor(nats: NatsServer, places: readonly Place[], services: number) {
    this.#services = services;
    this.#nats = nats;
    this.#places = places;
    const { file, texts } = keysOf([{ register: ['*'], call: ['*'] }]);
    writeFileSync(join(this.#cwd, 'keys.yaml'), file);
    this.#key = texts[0]!;
  }

  /** @param services a multiple of three */
  static async start(services: number): Promise<ThreeGateways> {
    const nats = await NatsServer.start();
    onTestFinished(() => nats.close());
    const places = await Promise.all(
      ids.map(async () => ({
        port: await freePort(),
        services: await freePort(),
        admin: await freePort(),
      })),
    );
    const cluster = new ThreeGateways(nats, places, services);
    await Promise.all(ids.map((_, index) => cluster.startGateway(index)));
    return cluster;
  }

  get ports(): number[] {
    return this.#places.map(({ port }) => port);
  }

  get adminPorts(): number[] {
    return this.#places.map(({ admin }) => admin);
  }

  async startGateway(index: number): Promise<void> {
    const { port, services, admin } = this.#places[index]!;
    const flags = {
      keys: 'keys.yaml',
      port,
      'services-port': services,
      'admin-port': admin,
      'gateway-id': ids[index]!,
      'nats-servers': this.#nats.url,
    };
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    const env = { GATEWAY_LOG_REQUESTS: 'false', GATEWAY_ADMIN_TOKEN: adminToken };
    const run = runGateway(this.#cwd, env, ...args, ...delay);
    await logged(run, '^listening$');
    this.running[index] = run;
  }

  /** Starts the services: a third of them has no connection to a, a third none to b, a third none to c. */
  serve(): void {
    const program = fileURLToPath(new URL('named-services.js', import.meta.url));
    const third = this.#services / ids.length;
    for (const index of ids.keys()) {
      const urls = this.#places
        .filter((_, other) => other !== index)
        .map((place) => `http://127.0.0.1:${place.services}`);
      const args = [program, this.#key, String(third), String(index * third), ...urls];
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      onTestFinished(() => void child.kill('SIGKILL'));
    }
  }

  /** Waits until all services that have a connection there are back, and it knows all others. @returns how long, in ms */
  async allBack(index: number): Promise<number> {
    const since = performance.now();
    const wanted = [(this.#services * 2) / ids.length, this.#services].join();
    await vi.waitFor(
      async () => {
        const status = await this.#status(index);
        const elsewhere = new Set((status.cluster?.gateways ?? []).flatMap((one) => one.services));
        const ready = status.connections.filter(({ state }) => state === 'ready');
        const there = [ready.length, elsewhere.size].join();
        if (there !== wanted) throw new Error(`connections here, names elsewhere: ${there} of ${wanted}`);
      },
      { timeout: 120_000, interval: 500 },
    );
    return Math.round(performance.now() - since);
  }

  /** Waits until a balancer may send calls. */
  async ready(index: number): Promise<void> {
    const readyz = `http://127.0.0.1:${this.#places[index]!.admin}/readyz`;
    const look = async (): Promise<void> => {
      const { status } = await fetch(readyz);
      if (status !== 200) throw new Error(`/readyz answers ${status}`);
    };
    await vi.waitFor(look, { timeout: 90_000, interval: 50 });
  }

  /** Requests of a gateway's callers that others carried out. */
  async requestsOverBus(index: number): Promise<number> {
    const { cluster } = await this.#status(index);
    return (cluster?.gateways ?? []).reduce((sum, { requestsTo }) => sum + requestsTo, 0);
  }

  async #status(index: number): Promise<GatewayStatus> {
    const url = `http://127.0.0.1:${this.#places[index]!.admin}/status.json`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${adminToken}` } });
    return (await answer.json()) as GatewayStatus;
  }
}
