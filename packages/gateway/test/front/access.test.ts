import { describe, expect, test } from 'vitest';
import { keys, modern, startFront, type FrontRig } from './rig.ts';

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
