import { afterEach, describe, expect, test } from 'vitest';
import { SubscriptionRequest_Action as Action } from '../../../src/protocol/registry.pb.ts';
import { localBus, type Bus } from '../../../src/server/cluster/bus.ts';
import { turn } from '../../virtual-clock.ts';
import { ScriptedService } from './scripted-service.ts';
import { expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

let under: TestGateway | undefined;
function start(...options: Parameters<typeof testGateway>): TestGateway {
  under = testGateway(...options);
  return under;
}
afterEach(async () => {
  if (under) await expectNothingLeft(under);
  under = undefined;
});

function subscribe(service: ScriptedService, eventTypes: string[], action: Action = Action.SUBSCRIBE): void {
  service.say({ case: 'subscription', value: { eventTypes, action } });
}

function publish(service: ScriptedService, eventType: string, size = 1): void {
  service.say({ case: 'event', value: { eventId: 'e', eventType, payload: new Uint8Array(size) } });
}

test('events reach those who subscribed to their type, until they unsubscribe', async () => {
  const { gateway } = start();
  const [one, two, publisher] = await Promise.all(
    [1, 2, 3].map(() => new ScriptedService(gateway).register({ apiKey: 'good' })),
  );
  subscribe(one!, ['user.created', 'user.deleted']);
  subscribe(two!, ['user.deleted']);
  await turn();
  publish(publisher!, 'user.created');
  publish(publisher!, 'user.deleted');
  await turn();
  const typesOf = (service: ScriptedService): string[] =>
    service.all('event').map(({ eventType }) => eventType);
  expect([one!, two!, publisher!].map(typesOf)).toEqual([
    ['user.created', 'user.deleted'],
    ['user.deleted'],
    [],
  ]);
  expect(one!.all('event')[0]!.publisherId).toBe(publisher!.id);
  subscribe(one!, ['user.deleted'], Action.UNSUBSCRIBE);
  publish(two!, 'user.deleted');
  await turn();
  expect([one!, two!].map((service) => typesOf(service).length)).toEqual([2, 2]);
});

test('a subscriber that does not read loses events and holds up nobody', async () => {
  const counts: [number, number][] = [];
  const { gateway } = start({
    limits: { eventBacklog: 10_000 },
    observers: [{ eventPublished: (_, delivered, dropped) => counts.push([delivered, dropped]) }],
  });
  const [slow, quick, publisher] = await Promise.all(
    [1, 2, 3].map(() => new ScriptedService(gateway).register({ apiKey: 'good' })),
  );
  subscribe(slow!, ['t']);
  subscribe(quick!, ['t']);
  await turn();
  slow!.streams.client.pause();
  for (let i = 0; i < 20; i++) {
    publish(publisher!, 't', 1_000);
    await turn();
  }
  expect(quick!.all('event')).toHaveLength(20);
  expect(counts.at(-1)).toEqual([1, 1]);
  expect(gateway.admin.stats().backlog).toBeLessThan(10_000);
  slow!.streams.client.resume();
  await turn();
  expect(slow!.all('event').length).toBeLessThan(10);
});

test('events go to other gateways, and come from them', async () => {
  const published: string[] = [];
  let fromBus: Parameters<Bus['subscribe']>[0] | undefined;
  const bus: Bus = {
    ...localBus,
    publish: ({ eventType }) => published.push(eventType),
    subscribe(listener) {
      fromBus = listener;
      return () => {
        fromBus = undefined;
      };
    },
  };
  const { gateway } = start({ bus });
  const service = await new ScriptedService(gateway).register({ apiKey: 'good' });
  subscribe(service, ['t']);
  publish(service, 'mine');
  await turn();
  fromBus!({
    eventId: '1',
    eventType: 't',
    publisherId: 'other',
    payload: new Uint8Array(),
    timestamp: 0,
    metadata: {},
  });
  await turn();
  expect(published).toEqual(['mine']);
  expect(service.all('event')).toMatchObject([{ publisherId: 'other' }]);
  gateway.kill();
  expect(fromBus).toBeUndefined();
});

test('subscriptions are bounded, and end with their connection', async () => {
  const { gateway } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', protocolRevision: 1 });
  subscribe(
    service,
    Array.from({ length: 1_001 }, (_, i) => `t${i}`),
  );
  subscribe(service, ['']);
  await turn();
  expect(service.statuses).toHaveLength(3);
  expect(gateway.admin.stats().subscribers).toBe(0);
  subscribe(service, ['t']);
  await turn();
  expect(gateway.admin.stats().subscribers).toBe(1);
  service.streams.lose();
  await turn();
  expect(gateway.admin.stats().subscribers).toBe(0);
});

describe('rights to events', () => {
  test('a tenant neither reads nor publishes those of another, nor as another', async () => {
    const violations: string[] = [];
    const { gateway, keys } = start({ observers: [{ violation: (_, what) => void violations.push(what) }] });
    keys.add('a', { register: ['a.*'] });
    keys.add('b', { register: ['b.Service'] });
    const [a, b] = await Promise.all(
      ['a', 'b'].map((apiKey) => new ScriptedService(gateway).register({ apiKey, protocolRevision: 1 })),
    );
    subscribe(a!, ['a.created']);
    subscribe(b!, ['b.Service.sold', 'a.created']);
    subscribe(b!, ['b.Service.sold']);
    await turn();
    publish(b!, 'a.created');
    publish(b!, 'b.Services');
    b!.say({ case: 'event', value: { eventType: 'b.Service.sold', publisherId: a!.id } });
    publish(a!, 'a.created');
    await turn();
    expect(a!.all('event').map(({ eventType, publisherId }) => [eventType, publisherId])).toEqual([
      ['a.created', a!.id],
    ]);
    expect(b!.all('event').map(({ eventType, publisherId }) => [eventType, publisherId])).toEqual([
      ['b.Service.sold', b!.id],
    ]);
    expect(violations).toEqual([
      'the api_key may not subscribe to "a.created": ask who runs the gateway for the right to',
      'the api_key may not publish "a.created": ask who runs the gateway for the right to',
      'the api_key may not publish "b.Services": ask who runs the gateway for the right to',
    ]);
    expect(b!.statuses.slice(1).map(({ message }) => message)).toEqual(violations);
  });

  test('are those that the key names, and end when they are taken away', async () => {
    const { gateway, keys } = start();
    keys.add('a', { register: [], publish: ['*'], subscribe: ['news.*'] });
    const a = await new ScriptedService(gateway).register({ apiKey: 'a', protocolRevision: 1 });
    subscribe(a, ['news.today']);
    publish(a, 'news.today');
    publish(a, 'anything at all');
    await turn();
    expect([a.all('event').length, a.statuses.length]).toEqual([1, 1]);
    keys.add('a', { register: [], publish: ['*'], subscribe: [] });
    publish(a, 'news.today');
    await turn();
    expect(a.all('event')).toHaveLength(1);
  });
});
