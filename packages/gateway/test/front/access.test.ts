import { describe, expect, test } from 'vitest';
import { clientOf, unary } from './grpc-client.ts';
import { ask as http2Ask, http2To, keys, modern, raw, startFront, type FrontRig } from './rig.ts';

const services = ['pkg.Allowed', 'pkg.Other', 'open.Service'];

async function start(access: 'open' | 'key'): Promise<FrontRig> {
  const rig = await startFront({ access });
  await rig.connect({ ...modern, services }, () => ({ statusCode: 200 }));
  return rig;
}

async function ask(
  rig: FrontRig,
  service: string,
  authorization?: string,
): Promise<[number, string?, string?]> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${rig.origin}/api/${service}/Do`, { method: 'POST', headers });
  if (response.status === 200) return [200];
  const { code, msg } = (await response.json()) as { code: string; msg: string };
  expect(response.headers.get('x-trace-id')).not.toBeNull();
  return [response.status, code, msg];
}

const wrongKey = [
  401,
  'unauthenticated',
  'the gateway does not know this key: it is wrong, expired or revoked',
];

describe('where a key is needed', () => {
  test('its owner may call what the key says, anybody what is public', async () => {
    const rig = await start('key');
    expect(await ask(rig, 'pkg.Allowed', `Bearer ${keys.limited}`)).toEqual([200]);
    expect(await ask(rig, 'pkg.Other', `Bearer ${keys.everything}`)).toEqual([200]);
    expect(await ask(rig, 'open.Service')).toEqual([200]);
    expect(await ask(rig, 'open.Service', 'Bearer of-another-kind')).toEqual([200]);
  });

  test('one without the right is told which service, one without a key what to send', async () => {
    const rig = await start('key');
    expect(await ask(rig, 'pkg.Other', `Bearer ${keys.limited}`)).toEqual([
      403,
      'permission_denied',
      'this key may not call pkg.Other',
    ]);
    const without = [
      401,
      'unauthenticated',
      'pkg.Other needs a key of the gateway: send Authorization: Bearer gwk_…',
    ];
    expect(await ask(rig, 'pkg.Other')).toEqual(without);
    expect(await ask(rig, 'pkg.Other', 'Bearer of-another-kind')).toEqual(without);
    expect(await ask(rig, 'pkg.Other', `Bearer ${keys.limited.slice(0, -1)}`)).toEqual(wrongKey);
  });

  test('nobody learns which services there are without the right to call them', async () => {
    const rig = await start('key');
    for (const service of ['pkg.Other', 'pkg.Nobody']) {
      expect((await ask(rig, service))[0]).toBe(401);
      expect((await ask(rig, service, `Bearer ${keys.limited}`))[0]).toBe(403);
    }
    expect((await ask(rig, 'pkg.Nobody', `Bearer ${keys.everything}`))[0]).toBe(501);
  });
});

describe('where anybody may call', () => {
  test('a key that is shown must be one, and needs no right', async () => {
    const rig = await start('open');
    expect(await ask(rig, 'pkg.Other')).toEqual([200]);
    expect(await ask(rig, 'pkg.Other', `Bearer ${keys.limited}`)).toEqual([200]);
    expect(await ask(rig, 'pkg.Other', 'Bearer gwk_0123456789abcdef_wrong')).toEqual(wrongKey);
  });
});

test('a refused caller that was sending a body can go on using its connection', async () => {
  const rig = await start('key');
  for (let round = 0; round < 3; round += 1) {
    const response = await fetch(`${rig.origin}/api/pkg.Other/Do`, {
      method: 'POST',
      body: 'x'.repeat(300_000),
    });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('pkg.Other needs a key');
  }
});

describe('a gateway that is open to this machine', () => {
  test.for([
    ['127.0.0.1', 200],
    ['localhost:8090', 200],
    ['a.localhost', 200],
    ['[::1]:8090', 200],
    ['Box.test:1', 200],
    ['evil.example', 403],
    ['evil.example:8090', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example', 403],
    ['', 403],
  ] as const)('takes requests for its own names only: %s', async ([host, status]) => {
    const rig = await startFront({ allowedHosts: ['box.test'] });
    await rig.connect(modern, () => ({ statusCode: 200 }));
    const request = `POST /api/pkg.Service/Do HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    const answer = await raw(rig.port, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (status === 403) expect(answer).toContain('add it to allowedHosts');
    const session = http2To(rig.origin);
    const { headers } = await http2Ask(session, {
      ':path': '/api/pkg.Service/Do',
      ':authority': host || 'x',
    });
    expect(headers[':status']).toBe(status);
  });
});

test.for(['Do%0d%0aX', 'Do%00', 'Do.It', 'D%C3%B6', '%20'])(
  'a method cannot be called %s',
  async (method) => {
    const rig = await startFront();
    const service = await rig.connect(modern, () => ({ statusCode: 200 }));
    const response = await fetch(`${rig.origin}/api/pkg.Service/${method}`, { method: 'POST' });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'bad_route']);
    const { status } = await unary(clientOf(rig.port), `/pkg.Service/${method}`, new Uint8Array());
    expect([status.code, service.requests]).toEqual([12, []]);
  },
);

test.for([
  ['authorization', (key: string) => `Bearer\t${key}`, undefined],
  ['authorization', (key: string) => `bEARER   ${key} `, undefined],
  ['authorization', (key: string) => key, undefined],
  ['authorization', (key: string) => `Basic ${key}, more`, 'Basic , more'],
  ['x-api-key', (key: string) => key, undefined],
  ['cookie', (key: string) => `a=1; k=${key}; b=2`, 'a=1; k=; b=2'],
  ['referer', (key: string) => `http://x/?k=${key.replaceAll('_', '%5F')}&a=1`, 'http://x/?k=&a=1'],
  ['x-other', () => 'gwk is no key', 'gwk is no key'],
] as const)('a key does not reach the service: %s', async ([name, value, sent]) => {
  const rig = await startFront();
  const service = await rig.connect(modern, () => ({ statusCode: 200 }));
  const head = `POST /api/pkg.Service/Do HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n`;
  const answer = await raw(rig.port, `${head}${name}: ${value(keys.everything)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(service.requests[0]?.headers[name]).toBe(sent);
});

test('what only a proxy may say of a caller is dropped, however it is spelt', async () => {
  const rig = await startFront();
  const service = await rig.connect(modern, () => ({ statusCode: 200 }));
  const facts = [
    'forwarded',
    'x-forwarded-host',
    'x_forwarded_host',
    'x-forwarded-prefix',
    'x-real-ip',
    'x_real-ip',
    'true-client-ip',
    'x-original-url',
  ];
  const headers = Object.fromEntries([...facts, 'x-mine'].map((name) => [name, '192.0.2.66']));
  await fetch(`${rig.origin}/api/pkg.Service/Do`, { method: 'POST', headers });
  const got = service.requests[0]?.headers ?? {};
  expect(facts.filter((name) => got[name] === '192.0.2.66')).toEqual([]);
  expect([got['x-mine'], got['x-forwarded-for']]).toEqual(['192.0.2.66', '127.0.0.1']);
});
