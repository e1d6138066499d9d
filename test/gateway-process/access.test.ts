import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  folder,
  folderWithKeys,
  helloPath,
  keysOf,
  logged,
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

describe('behind a balancer that speaks the PROXY protocol', () => {
  test('callers and services are in the log, and wrong keys count for the caller', async () => {
    const { cwd, key } = folderWithKeys();
    const balanced = ['--proxy-protocol', 'loopback', '--services-proxy-protocol', 'loopback'];
    const started = await startGateway(cwd, '--keys', 'keys.yaml', ...balanced);
    const callers = await proxied(Number(new URL(started.callers).port), '203.0.113.7');
    const services = await proxied(Number(new URL(started.services).port), '198.51.100.9');
    await serveEcho(`http://127.0.0.1:${services}`, key, (_, { headers }) => ({
      data: { message: headers['x-forwarded-for']?.toString() ?? '' },
    }));
    const answer = await post(`http://127.0.0.1:${callers}${helloPath}`, 'message=hi');
    expect(answer.body).toContain('203.0.113.7');
    expect(await logged(started, '^request$')).toMatchObject({ peer: '203.0.113.7' });
    expect(await logged(started, '^connection registered$')).toMatchObject({ peer: '198.51.100.9' });
    await expect(post(started.callers + helloPath, 'message=hi')).rejects.toThrow();
    expect(await logged(started, '^connection of a balancer closed')).toMatchObject({ peer: '127.0.0.1' });
  });
});

/** The port of a balancer in TCP mode, whose connections are all said to be of one address. */
async function proxied(port: number, address: string): Promise<number> {
  const server = createServer((caller) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`PROXY TCP4 ${address} 127.0.0.1 5555 ${port}\r\n`);
    caller.pipe(socket).pipe(caller);
    for (const one of [caller, socket]) one.on('error', () => undefined);
    caller.once('close', () => socket.destroy());
    socket.once('close', () => caller.destroy());
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
