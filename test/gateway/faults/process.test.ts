import { connectGateway, type GatewayConnection } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { expect, onTestFinished, test } from 'vitest';
import {
  folderWithKeys,
  helloPath,
  post,
  silent,
  startGateway,
  type Started,
} from '../../gateway-process/gateway.ts';
import { metric } from './process-metrics.ts';

function serve(url: string | string[], apiKey: string): GatewayConnection {
  const connection = connectGateway({
    url,
    apiKey,
    log: silent,
    services: [Echo.serve({ hello: ({ message }) => ({ data: { message } }) })],
  });
  onTestFinished(() => connection.close());
  return connection;
}

test('a gateway that is killed: its services find out at once, and come back to the next one', async () => {
  const { cwd, key } = folderWithKeys();
  const first = await startGateway(cwd, '--keys', 'keys.yaml');
  const all = Array.from({ length: 20 }, () => serve(first.services, key));
  await Promise.all(all.map(({ ready }) => ready));
  expect((await post(first.callers + helloPath, 'message=hi')).status).toBe(200);
  first.child.kill('SIGKILL');
  await expect.poll(() => all.map(({ state }) => state)).toEqual(Array(20).fill('connecting'));
  const port = new URL(first.services).port;
  const second = await startGateway(cwd, '--keys', 'keys.yaml', '--services-port', port);
  await expect.poll(() => all.map(({ state }) => state)).toEqual(Array(20).fill('connected'));
  expect((await post(second.callers + helloPath, 'message=hi')).status).toBe(200);
}, 30_000);

test('a gateway that stops where there is a second one: no request fails', async () => {
  const { cwd, key } = folderWithKeys();
  const [one, two] = await Promise.all([
    startGateway(cwd, '--keys', 'keys.yaml', '--shutdown-delay-ms', '500'),
    startGateway(cwd, '--keys', 'keys.yaml'),
  ]);
  const connection = serve([one.services, two.services], key);
  const ready = async (gateway: Started): Promise<void> => {
    await expect.poll(() => metric(gateway, 'gateway_connections{state="ready"}')).toBe(1);
  };
  await connection.ready;
  await Promise.all([ready(one), ready(two)]);

  // As a balancer does that looks from time to time who is ready.
  let current = one;
  const looking = setInterval(() => {
    void fetch(`${one.admin}/readyz`).then(
      ({ status }) => (current = status === 200 ? one : two),
      () => (current = two),
    );
  }, 50);
  onTestFinished(() => clearInterval(looking));
  const ask = (): Promise<string> =>
    post(current.callers + helloPath, 'message=hi').then(({ status, body }) => `${status} ${body}`, String);
  const answers: string[] = [];
  const over = new AbortController();
  const callers = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) answers.push(await ask());
  });
  await expect.poll(() => answers.length).toBeGreaterThan(50);
  one.child.kill('SIGTERM');
  expect(await one.exit).toBe(0);
  const before = answers.length;
  await expect.poll(() => answers.length).toBeGreaterThan(before + 50);
  over.abort();
  await Promise.all(callers);
  expect(new Set(answers)).toEqual(new Set(['200 {"code":0,"msg":"","data":{"message":"hi"}}']));
  expect(connection.state).toBe('connected');
}, 30_000);
