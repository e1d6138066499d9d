import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  folder,
  folderWithKeys,
  helloPath,
  keysOf,
  post,
  serveEcho,
  startGateway,
  type Answer,
  type Started,
} from './gateway.ts';

/** A gateway with an Echo, and who calls it. */
async function gatewayWith(
  access: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<{
  started: Started;
  call: (authorization?: string) => Promise<Answer>;
  allowed: string;
  other: string;
  heard: unknown[];
}> {
  const cwd = folder();
  const { file, texts } = keysOf([{ register: ['*'] }, { call: ['user.*'] }, { call: ['post.*'] }], more);
  writeFileSync(join(cwd, 'keys.yaml'), file);
  const started = await startGateway(cwd, '--keys', 'keys.yaml', '--caller-access', access);
  const [service = '', allowed = '', other = ''] = texts;
  const heard: unknown[] = [];
  await serveEcho(started.services, service, (_, { headers }) => {
    heard.push(headers['authorization']);
    return { data: { message: 'hi' } };
  });
  const call = (authorization?: string): Promise<Answer> =>
    post(started.callers + helloPath, 'message=hi', {
      headers: authorization === undefined ? {} : { authorization },
    });
  return { started, call, allowed, other, heard };
}

describe('callerAccess: key', () => {
  test('lets in who has the right, and nobody else; the key goes no further and into no log', async () => {
    const { started, call, allowed, other, heard } = await gatewayWith('key');
    const none = await call();
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(none.body).toContain('user.v0.Echo needs a key of the gateway: send Authorization: Bearer gwk_');
    expect((await call(`Bearer ${other}`)).status).toBe(403);
    expect((await call(`Bearer ${allowed}x`)).status).toBe(401);
    expect((await call('Bearer other')).status).toBe(401);
    expect((await call(`Bearer ${allowed}`)).status).toBe(200);
    expect(heard).toEqual([undefined]);
    started.child.kill('SIGTERM');
    await started.exit;
    expect(started.out()).toContain('"method":"user.v0.Echo/Hello"');
    expect(started.out()).not.toContain('gwk_');
  });

  test('but anybody may call what is public', async () => {
    const { call, heard } = await gatewayWith('key', { public: ['user.v0.*'] });
    expect((await call()).status).toBe(200);
    expect((await call('Bearer of something')).status).toBe(200);
    expect(heard).toEqual([undefined, 'Bearer of something']);
  });
});

test.each(['open', 'auto'])(
  'callerAccess: %s lets anybody in on loopback, but no wrong key',
  async (access) => {
    const { call, other } = await gatewayWith(access);
    expect((await call()).status).toBe(200);
    expect((await call(`Bearer ${other}`)).status).toBe(200);
    expect((await call(`Bearer ${other}x`)).status).toBe(401);
  },
);

test('a form of a page of another site is refused, unless its origin is trusted', async () => {
  const { cwd, key } = folderWithKeys();
  const { callers, services } = await startGateway(
    cwd,
    '--keys',
    'keys.yaml',
    '--trusted-origins',
    '*.shop.example',
  );
  await serveEcho(services, key);
  const status = async (origin: string): Promise<number> =>
    (await post(callers + helloPath, 'message=hi', { headers: { origin } })).status;
  expect(await status('https://a.shop.example')).toBe(200);
  expect(await status('https://evil.example')).toBe(403);
});
