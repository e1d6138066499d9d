import { setTimeout as wait } from 'node:timers/promises';
import { connectGateway, type GatewayConnection } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { expect, onTestFinished, test } from 'vitest';
import {
  folderWithKeys,
  helloPath,
  post,
  serveEcho,
  silent,
  startGateway,
} from '../../gateway-process/gateway.ts';
import { runService } from '../python-service.ts';
import { metric } from './process-metrics.ts';

test('1,000 services come back to a gateway that restarts, within a minute, and it keeps answering', async () => {
  const { cwd, key } = folderWithKeys();
  const first = await startGateway(cwd, '--keys', 'keys.yaml');
  const services = [Echo.serve({ hello: ({ message }) => ({ data: { message } }) })];
  const all = Array.from({ length: 1_000 }, (): GatewayConnection => {
    const connection = connectGateway({ url: first.services, apiKey: key, services, log: silent });
    connection.ready.catch(() => undefined);
    return connection;
  });
  onTestFinished(async () => {
    await Promise.all(all.map((connection) => connection.close()));
  }, 30_000);
  const back = (): number => all.filter(({ state }) => state === 'connected').length;
  await expect.poll(() => back()).toBe(1_000);
  first.child.kill('SIGKILL');
  await first.exit;
  await expect.poll(() => back()).toBe(0);
  const port = new URL(first.services).port;
  const second = await startGateway(cwd, '--keys', 'keys.yaml', '--services-port', port);
  const began = performance.now();
  await expect.poll(() => back()).toBe(1_000);
  const seconds = (performance.now() - began) / 1_000;
  // Asked for once: it begins anew each time.
  const lag = await metric(second, 'nodejs_eventloop_lag_max_seconds');
  // For whoever reads the log: what it was, not only that it was enough.
  console.log(
    `1,000 services back after ${seconds.toFixed(1)} s, event loop held up ${lag.toFixed(3)} s at most`,
  );
  expect(lag).toBeGreaterThan(0);
  expect(lag).toBeLessThan(1);
  expect(await metric(second, 'gateway_connections{state="ready"}')).toBe(1_000);
  expect((await post(second.callers + helloPath, 'message=hi')).status).toBe(200);
}, 150_000);

test('a gateway that is stopped and goes on gives nobody up', async () => {
  const { cwd, key } = folderWithKeys();
  const limits = ['--heartbeat-interval-ms', '500', '--suspect-after-ms', '3500', '--close-after-ms', '4000'];
  const gateway = await startGateway(cwd, '--keys', 'keys.yaml', ...limits);
  const connection = await serveEcho(gateway.services, key);
  const states: string[] = [];
  const watching = setInterval(() => states.push(connection.state), 20);
  onTestFinished(() => clearInterval(watching));
  // Twice as long as a connection may be silent.
  gateway.child.kill('SIGSTOP');
  const answer = post(gateway.callers + helloPath, 'message=hi');
  await wait(8_000);
  gateway.child.kill('SIGCONT');
  expect((await answer).status).toBe(200);
  // Two more looks at all connections.
  await wait(2_500);
  expect(new Set(states)).toEqual(new Set(['connected']));
  expect(await metric(gateway, 'gateway_connections_closed_total')).toBe(0);
  expect(await metric(gateway, 'gateway_connections{state="ready"}')).toBe(1);
}, 30_000);

test('a service whose process stops is closed when its time is up, and comes back when it goes on', async () => {
  const { cwd, key } = folderWithKeys();
  const limits = ['--heartbeat-interval-ms', '200', '--suspect-after-ms', '1000', '--close-after-ms', '2000'];
  const gateway = await startGateway(cwd, '--keys', 'keys.yaml', ...limits);
  const server = runService(new URL(gateway.services).host, key, { heartbeat: 0.2 });
  await server.line(/^connected/);
  expect(await metric(gateway, 'gateway_connections{state="ready"}')).toBe(1);
  server.kill('SIGSTOP');
  await expect.poll(() => metric(gateway, 'gateway_connections_closed_total')).toBe(1);
  server.kill('SIGCONT');
  await expect.poll(() => metric(gateway, 'gateway_connections{state="ready"}')).toBe(1);
}, 30_000);
