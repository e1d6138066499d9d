import { Agent } from 'node:http';
import { expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { start, type Started } from '../server-process/server.ts';
import { callHello } from './call-hello.ts';
import { haproxy } from './haproxy.ts';

const calls = 10_000;
const callers = 20;
/** More than three of HAProxy's looks at /readyz. */
const settings = { SHUTDOWN_DELAY_MS: '1000', LOG_LEVEL: 'warn' };

test('two servers behind HAProxy, restarted in turn: no call is lost', async () => {
  const ports = [await freePort(), await freePort()];
  const admins = [await freePort(), await freePort()];
  const startServer = (index: number): Promise<Started> =>
    start({ ...settings, PORT: String(ports[index]), ADMIN_PORT: String(admins[index]) });
  const servers = [await startServer(0), await startServer(1)];
  const front = await haproxy(ports, admins);
  await expect.poll(() => hello(new Agent(), front).catch(() => 'refused')).toBe(200);

  const outcomes = new Map<number | string, number>();
  const over = new AbortController();
  let made = 0;
  const calling = Array.from({ length: callers }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!over.signal.aborted || made < calls) {
      made += 1;
      const outcome = await hello(agent, front).catch((error: Error) => error.message);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    agent.destroy();
  });
  for (const index of [0, 1]) {
    const server = servers[index] as Started;
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    const restarted = await startServer(index);
    // Until HAProxy sends calls here again, or the next one would be the only one.
    await expect.poll(() => served(restarted), { timeout: 20_000 }).toBeGreaterThan(50);
  }
  over.abort();
  await Promise.all(calling);
  expect(made).toBeGreaterThanOrEqual(calls);
  expect([...outcomes]).toEqual([[200, made]]);
});

/** Calls that a server has answered. */
async function served({ admin }: Started): Promise<number> {
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  return Number(/^rpc_server_calls_total\{[^}]*status_code="ok"[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

async function hello(agent: Agent, port: number): Promise<number> {
  return (await callHello(agent, port)).status;
}
