import { afterEach, expect, test } from 'vitest';
import { ReloadableKeyRing } from '../../../src/keys/index.ts';
import { turn } from '../../virtual-clock.ts';
import { echo, ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

let under: TestGateway | undefined;
/** A gateway that has started at this moment; its key may register `a.*`. */
function start(): TestGateway {
  under = testGateway({ limits: { startKnownFor: 60_000 } });
  under.keys.add('good', { register: ['a.*'] });
  return under;
}
afterEach(async () => {
  if (under) await expectNothingLeft(under);
  under = undefined;
});

/** Tells whether the gateway has settled. */
async function isSettled({ gateway }: TestGateway): Promise<boolean> {
  return Promise.race([gateway.settled.then(() => true), turn().then(() => false)]);
}

test('a call of a service that has yet to come back waits for it', async () => {
  const { gateway } = start();
  const call = ask(gateway, 'a.A');
  await turn();
  expect(gateway.admin.stats().queued).toBe(1);
  await echo(new ScriptedService(gateway)).register({ apiKey: 'good', services: ['a.A'] });
  await turn();
  expect(call.answer?.statusCode).toBe(200);
});

test('one that does not come back in time is unavailable, not unknown', async () => {
  const { gateway, clock } = start();
  const call = ask(gateway, 'a.A');
  await clock.pass(3_000);
  expect(call.failure).toMatchObject({ error: { code: 'unavailable' }, retryAfter: 1 });
});

test('a service that no key may register is unknown at once, and every one after the start', async () => {
  const { gateway, clock } = start();
  for (const name of ['b.B', 'a', 'a.not-a-name', 'grpc.Own']) {
    expect(ask(gateway, name).failure?.error.code).toBe('unimplemented');
    expect([gateway.resolve(name), gateway.serviceHealth(name)]).toEqual([undefined, 'unknown']);
  }
  expect([gateway.resolve('a.A'), gateway.serviceHealth('a.A')]).toEqual(['a.A', 'not_serving']);
  await clock.pass(60_000);
  expect(ask(gateway, 'a.A').failure?.error.code).toBe('unimplemented');
  expect([gateway.resolve('a.A'), gateway.serviceHealth('a.A')]).toEqual([undefined, 'unknown']);
});

test('it has settled when nothing has registered for 2 s', async () => {
  const under = start();
  const { gateway, clock } = under;
  await clock.pass(1_000);
  for (let index = 0; index < 3; index += 1) {
    await new ScriptedService(gateway).register({ apiKey: 'good', services: [`a.A${index}`] });
    await clock.pass(1_000);
    expect(await isSettled(under)).toBe(false);
  }
  await clock.pass(1_000);
  expect(await isSettled(under)).toBe(true);
});

test('services that come all the time hold it up no longer than the start lasts', async () => {
  const under = start();
  const { gateway, clock } = under;
  for (let second = 0; second < 60; second += 1) {
    expect(await isSettled(under)).toBe(false);
    await new ScriptedService(gateway).register({ apiKey: 'good', services: [`a.A${second}`] });
    await clock.pass(1_000);
  }
  expect(await isSettled(under)).toBe(true);
});

test('a gateway without a key that may register anything has settled at once', async () => {
  under = testGateway({ keys: new ReloadableKeyRing(), limits: { startKnownFor: 60_000 } });
  expect(await isSettled(under)).toBe(true);
});
