import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { clientOf, unary } from '../../packages/gateway/test/front/grpc-client.ts';
import { startRelay, type Relay } from '../../packages/gateway/test/relay.ts';
import { freePort } from '../free-port.ts';
import { folder, keysOf, logged, runGateway } from '../gateway-process/gateway.ts';
import type { Run } from '../server-process/server.ts';
import { callHello } from './call-hello.ts';
import { hello } from './callers.ts';
import { haproxy } from './haproxy.ts';

/** More than three of HAProxy's looks at /readyz. */
const delay = ['--shutdown-delay-ms', '1500'];

/** Two gateways behind HAProxy. */
export interface TwoGateways {
  /** HAProxy's ports: by HTTP/1.1, and by HTTP/2 for gRPC. */
  readonly front: number;
  readonly grpcFront: number;
  /** The networks between the services and each. */
  readonly relays: readonly Relay[];
  /** The processes that run now. */
  readonly running: Run[];
  /** Starts one again, in the place of the one that ran before. */
  start(index: number): Promise<void>;
  /** Waits until all services are connected to one. @returns how long it took, in milliseconds */
  allBack(index: number): Promise<number>;
  /** Waits until a balancer may send calls. */
  ready(index: number): Promise<void>;
}

/** @param services connectors in a process of their own, each connected to both gateways */
export async function twoGateways(services: number): Promise<TwoGateways> {
  const cwd = folder();
  const { file, texts } = keysOf([{ register: ['*'], call: ['*'] }]);
  writeFileSync(join(cwd, 'keys.yaml'), file);
  const places = await Promise.all(
    [0, 1].map(async () => ({ port: await freePort(), services: await freePort(), admin: await freePort() })),
  );
  const running: Run[] = [];
  const start = async (index: number): Promise<void> => {
    const place = places[index]!;
    const ports = ['--port', place.port, '--services-port', place.services, '--admin-port', place.admin];
    const args = ['--keys', 'keys.yaml', ...ports.map(String), ...delay];
    const run = runGateway(cwd, { GATEWAY_LOG_REQUESTS: 'false' }, ...args);
    await logged(run, '^listening$');
    running[index] = run;
  };
  const connections = async (index: number): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${places[index]!.admin}/metrics`)).text();
    return Number(/^gateway_connections\{state="ready"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
  };
  const allBack = async (index: number): Promise<number> => {
    const since = performance.now();
    await expect.poll(() => connections(index), { timeout: 120_000, interval: 250 }).toBe(services);
    return Math.round(performance.now() - since);
  };
  const readyz = async (index: number): Promise<number> =>
    (await fetch(`http://127.0.0.1:${places[index]!.admin}/readyz`)).status;
  const ready = async (index: number): Promise<void> => {
    await expect.poll(() => readyz(index), { timeout: 90_000 }).toBe(200);
  };

  await Promise.all([start(0), start(1)]);
  const relays = await Promise.all(places.map((place) => startRelay({ port: place.services })));
  onTestFinished(async () => void (await Promise.all(relays.map((relay) => relay.close()))));
  startServices(
    texts[0]!,
    services,
    relays.map(({ port }) => `http://127.0.0.1:${port}`),
  );
  await Promise.all([allBack(0), allBack(1)]);
  // HAProxy takes both for up then, and goes on with one where the other is gone.
  await Promise.all([ready(0), ready(1)]);
  const [ports, admins] = [places.map(({ port }) => port), places.map(({ admin }) => admin)];
  const front = await haproxy(ports, admins);
  const grpcFront = await haproxy(ports, admins, 'h2');
  const status = (): Promise<unknown> => callHello(new Agent(), front).then(({ status }) => status, String);
  await expect.poll(status, { timeout: 60_000 }).toBe(200);
  const grpc = clientOf(grpcFront);
  const code = async (): Promise<number> => (await unary(grpc, '/user.v0.Echo/Hello', hello)).status.code;
  await expect.poll(code, { timeout: 60_000 }).toBe(0);
  return {
    front,
    grpcFront,
    relays,
    running,
    start,
    allBack,
    ready,
  };
}

function startServices(key: string, count: number, urls: readonly string[]): void {
  const program = fileURLToPath(new URL('services.js', import.meta.url));
  const child = spawn(process.execPath, [program, key, String(count), ...urls], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
}
