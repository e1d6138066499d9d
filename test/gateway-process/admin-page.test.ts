import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { GatewayStatus } from '../../cmd/gateway/src/admin/status.ts';
import {
  folderWithKeys,
  helloPath,
  logged,
  post,
  serveEcho,
  startGateway,
  startGatewayWith,
  type Started,
} from './gateway.ts';

const token = 'a-token-for-operators';
const pipit = fileURLToPath(new URL('../../cmd/pipit/bin/pipit.js', import.meta.url));

/** Runs `pipit gateway …` against a gateway. Not synchronously: a service in this process has PINGs to answer. */
function run(
  { admin }: Started,
  shown: string | undefined,
  ...args: string[]
): Promise<[code: number, out: string, err: string]> {
  const { GATEWAY_ADMIN_TOKEN: _, ...env } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [pipit, 'gateway', ...args, '--admin', admin],
      { env: shown === undefined ? env : { ...env, GATEWAY_ADMIN_TOKEN: shown } },
      (_error, out, err) => resolve([child.exitCode ?? -1, out, err]),
    );
  });
}

test('operators see who is connected and what fails, with their token only, and can end a connection', async () => {
  const { cwd, key } = folderWithKeys();
  const started = await startGatewayWith({ GATEWAY_ADMIN_TOKEN: token }, cwd, '--keys', 'keys.yaml');
  await serveEcho(started.services, key, ({ message }) => {
    if (message === 'boom') throw new Error('broken');
    return { data: { message } };
  });
  await post(started.callers + helloPath, 'message=hi');
  await post(started.callers + helloPath, 'message=boom');
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(started.admin + path, { method, headers });
  const bearer = { authorization: `Bearer ${token}` };
  const basic = { authorization: `Basic ${btoa(`anybody:${token}`)}` };

  for (const path of ['/', '/admin.js', '/admin.css', '/status.json', '/connections/x/kill']) {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic !' }]) {
      const refused = await ask(path, headers, path.endsWith('kill') ? 'POST' : 'GET');
      expect([path, refused.status, refused.headers.get('www-authenticate')]).toEqual([
        path,
        401,
        'Basic realm="pipit-gateway", charset="UTF-8"',
      ]);
    }
  }
  const page = await ask('/', basic);
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining('<title>Pipit gateway</title>'),
  ]);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);

  const text = await (await ask('/status.json', bearer)).text();
  const status = JSON.parse(text) as GatewayStatus;
  expect(status.services).toMatchObject([
    {
      name: 'user.v0.Echo',
      connections: { ready: 1 },
      errors: { internal: 1 },
      p50: expect.any(Number) as number,
    },
  ]);
  expect(status.connections).toMatchObject([{ state: 'ready', owner: 'tests', address: '127.0.0.1' }]);
  expect(status.keys).toMatchObject([
    { owner: 'tests', connections: 1, lastUsed: expect.any(Number) as number },
  ]);
  expect(status.failures).toMatchObject([{ method: 'user.v0.Echo/Hello', code: 'internal' }]);
  expect(status.settings).toContain('adminToken: "***"');
  for (const secret of [token, key, key.split('_').slice(2).join('_')]) expect(text).not.toContain(secret);

  const id = status.connections[0]?.id ?? '';
  expect((await ask(`/connections/${id}/kill`, basic, 'POST')).status).toBe(403);
  expect((await ask(`/connections/${id}/kill`, { ...basic, 'x-pipit-admin': '1' })).status).toBe(405);
  expect(await run(started, token, 'status')).toEqual([
    0,
    expect.stringMatching(/user\.v0\.Echo +ready 1/),
    '',
  ]);
  expect(JSON.parse((await run(started, token, 'status', '--json'))[1])).toMatchObject({
    gateway: { state: 'serving' },
  });
  expect(await run(started, 'another-token-entirely', 'status')).toEqual([
    1,
    '',
    expect.stringContaining('does not take the token'),
  ]);
  expect((await run(started, undefined, 'status'))[2]).toContain('set GATEWAY_ADMIN_TOKEN');
  expect((await run(started, token, 'kill', 'nobody'))[2]).toContain('there is no connection of this id');
  expect((await run(started, token, 'drain', id))[0]).toBe(0);
  await logged(started, '^connection draining$');
  await logged(started, '^connection closed$');
  // It dials again, and may have its id again.
  await expect
    .poll(async () => ((await (await ask('/status.json', bearer)).json()) as GatewayStatus).connections, {
      timeout: 60_000,
    })
    .toMatchObject([{ state: 'ready' }]);
});

test('without a token there is no page', async () => {
  const { cwd } = folderWithKeys();
  const started = await startGateway(cwd, '--keys', 'keys.yaml');
  expect((await fetch(`${started.admin}/status.json`)).status).toBe(404);
  expect((await run(started, token, 'status'))[2]).toContain('has no adminToken');
});
