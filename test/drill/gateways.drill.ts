import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { folder, keysOf, logged, runGateway } from '../gateway-process/gateway.ts';
import type { Run } from '../server-process/server.ts';
import { callHello } from './call-hello.ts';
import { haproxy } from './haproxy.ts';

/** `PIPIT_SERVICES` and `PIPIT_CALLS` for more. */
const services = Number(process.env['PIPIT_SERVICES'] ?? 100);
const calls = Number(process.env['PIPIT_CALLS'] ?? 10_000);
const callers = 20;
/** More than three of HAProxy's looks at /readyz. */
const delay = ['--shutdown-delay-ms', '1500'];
/** Faults that only show on a gateway that is older than its time limits, in milliseconds. */
const age = 31_000;

/** Starts connectors in a process of their own, each connected to all of the URLs. */
function startServices(key: string, count: number, urls: readonly string[]): void {
  const program = fileURLToPath(new URL('services.js', import.meta.url));
  const child = spawn(process.execPath, [program, key, String(count), ...urls], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
}

test('two gateways behind HAProxy, restarted in turn: no call of services at both is lost, all are back within 45 s', async () => {
  const cwd = folder();
  const { file, texts } = keysOf([{ register: ['*'], call: ['*'] }]);
  writeFileSync(join(cwd, 'keys.yaml'), file);
  const places = await Promise.all(
    [0, 1].map(async () => ({ port: await freePort(), services: await freePort(), admin: await freePort() })),
  );
  const startGateway = async (index: number): Promise<Run> => {
    const { port, services, admin } = places[index]!;
    const ports = ['--port', port, '--services-port', services, '--admin-port', admin].map(String);
    const run = runGateway(cwd, { GATEWAY_LOG_REQUESTS: 'false' }, '--keys', 'keys.yaml', ...ports, ...delay);
    await logged(run, '^listening$');
    return run;
  };
  const gateways = [await startGateway(0), await startGateway(1)];
  const began = performance.now();
  const urls = places.map(({ services }) => `http://127.0.0.1:${services}`);
  startServices(texts[0]!, services, urls);
  const connections = async (index: number): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${places[index]!.admin}/metrics`)).text();
    return Number(/^gateway_connections\{state="ready"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
  };
  const allBack = async (index: number): Promise<number> => {
    const since = performance.now();
    await expect.poll(() => connections(index), { timeout: 120_000, interval: 250 }).toBe(services);
    return performance.now() - since;
  };
  await Promise.all([allBack(0), allBack(1)]);
  const front = await haproxy(
    places.map(({ port }) => port),
    places.map(({ admin }) => admin),
  );
  const status = (): Promise<unknown> => callHello(new Agent(), front).then(({ status }) => status, String);
  await expect.poll(status, { timeout: 60_000 }).toBe(200);
  await new Promise((resolve) => {
    setTimeout(resolve, age - (performance.now() - began));
  });

  const outcomes = new Map<number | string, number>();
  const over = new AbortController();
  let made = 0;
  const calling = Array.from({ length: callers }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!over.signal.aborted || made < calls) {
      made += 1;
      const outcome = await callHello(agent, front).then(
        ({ status }) => status,
        (error: Error) => error.message,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    agent.destroy();
  });
  const record: Record<string, number> = { services, age };
  for (const index of [0, 1]) {
    const since = performance.now();
    gateways[index]!.child.kill('SIGTERM');
    expect(await gateways[index]!.exit).toBe(0);
    record[`exit ${index}, ms`] = Math.round(performance.now() - since);
    gateways[index] = await startGateway(index);
    record[`all back ${index}, ms`] = Math.round(await allBack(index));
    const ready = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${places[index]!.admin}/readyz`)).status;
    await expect.poll(ready, { timeout: 90_000 }).toBe(200);
  }
  over.abort();
  await Promise.all(calling);
  console.log(JSON.stringify({ ...record, calls: made, outcomes: [...outcomes] }));
  expect([...outcomes]).toEqual([[200, made]]);
  for (const index of [0, 1]) expect(record[`all back ${index}, ms`]).toBeLessThan(45_000);
});
