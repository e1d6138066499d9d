import { expect, test } from 'vitest';
import { SubscriptionRequest_Action as Action } from '../../src/protocol/registry.pb.ts';
import type { ReceivedEvent } from '../../src/connector/connector-options.ts';
import { turn } from '../virtual-clock.ts';
import { connected, scene, type GatewayEnd } from './scripted-gateway.ts';

const send = (gateway: GatewayEnd, eventId: string, eventType: string): void => {
  gateway.send({
    case: 'event',
    value: { eventId, eventType, publisherId: 'other', payload: Buffer.from('x') },
  });
};

test('an event is published with an id, its publisher and its time', async () => {
  const { gateway, connection } = await connected({}, { instanceId: 'me' });
  connection.publish({ type: 'post.created', payload: Buffer.from('p'), metadata: { a: 'b' } });
  await turn();
  const event = gateway.only('event');
  expect(event).toMatchObject({ eventType: 'post.created', publisherId: 'me', metadata: { a: 'b' } });
  expect(Buffer.from(event.payload).toString()).toBe('p');
  expect(event.eventId).not.toBe('');
  expect(Math.abs(Date.now() - event.timestamp)).toBeLessThan(60_000);
});

test('an event nobody can take is dropped', () => {
  const { connection } = scene();
  expect(() => connection.publish({ type: 'post.created', payload: new Uint8Array() })).not.toThrow();
});

test('a subscriber gets the events of its types until it stops', async () => {
  const { gateway, connection } = await connected();
  const got: ReceivedEvent[] = [];
  const others: string[] = [];
  const stop = connection.subscribe(['a', 'b'], (event) => void got.push(event));
  const stopOther = connection.subscribe(['b'], ({ id }) => void others.push(id));
  await turn();
  expect(gateway.all('subscription')).toMatchObject([{ action: Action.SUBSCRIBE, eventTypes: ['a', 'b'] }]);
  for (const [id, type] of ['1a', '2b', '3c'].map((name) => [name, name.slice(1)] as const))
    send(gateway, id, type);
  await turn();
  expect(got).toMatchObject([
    { id: '1a', type: 'a', publisher: 'other' },
    { id: '2b', type: 'b', publisher: 'other' },
  ]);
  stop();
  stopOther();
  stop();
  send(gateway, '4a', 'a');
  await turn();
  expect(got).toHaveLength(2);
  expect(others).toEqual(['2b']);
  expect(gateway.all('subscription').slice(1)).toMatchObject([
    { action: Action.UNSUBSCRIBE, eventTypes: ['a'] },
    { action: Action.UNSUBSCRIBE, eventTypes: ['b'] },
  ]);
});

test('a new connection is told of the subscriptions', async () => {
  const made = await connected();
  made.connection.subscribe(['a', 'b'], () => undefined);
  made.gateway.streams.lose();
  await turn();
  await made.clock.pass(1_000);
  await made.gateway.connect();
  expect(made.gateway.only('subscription').eventTypes).toEqual(['a', 'b']);
});

test('an event that comes over two connections is seen once', async () => {
  const made = await connected({}, { connections: 2 });
  const got: string[] = [];
  made.connection.subscribe(['a'], ({ id }) => void got.push(id));
  for (const gateway of made.dialled) {
    send(gateway, '1', 'a');
    send(gateway, '2', 'a');
  }
  await turn();
  expect(got).toEqual(['1', '2']);
});

test('a listener that throws does not keep the event from others', async () => {
  const { gateway, connection, lines } = await connected();
  const got: string[] = [];
  connection.subscribe(['a'], () => {
    throw new Error('oops');
  });
  connection.subscribe(['a'], ({ id }) => void got.push(id));
  send(gateway, '1', 'a');
  await turn();
  expect(got).toEqual(['1']);
  expect(lines.at(-1)).toEqual({ level: 'error', text: 'a listener of event a failed: oops' });
});
