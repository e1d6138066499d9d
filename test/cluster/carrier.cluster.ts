import type { Carrier } from '@pipit/gateway';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { NatsServer } from './nats-server.ts';
import { networks } from './networks.ts';

let nats: NatsServer;
beforeAll(async () => {
  nats = await NatsServer.start('max_payload: 100000');
});
afterAll(() => nats.close());

// The bus is tested on the network of the tests: so whatever that does, the others must do too.
describe.each(networks(() => nats.url))('a carrier of %s', (_name, network) => {
  /** @returns so many carriers, which are closed after the test */
  async function carriers(count: number): Promise<Carrier[]> {
    const join = network();
    const all = await Promise.all(Array.from({ length: count }, join));
    onTestFinished(async () => void (await Promise.all(all.map((one) => one.close()))));
    return all;
  }

  /** The texts that come to a subject. */
  function heard(carrier: Carrier | undefined, subject: string, group?: string): string[] {
    const texts: string[] = [];
    carrier?.subscribe(
      subject,
      (data, to) => texts.push(`${to} ${data === undefined ? 'nobody' : Buffer.from(data).toString()}`),
      group,
    );
    return texts;
  }

  const bytes = (text: string): Uint8Array => Buffer.from(text);

  /** Everything that any of them sent before has come to the others. */
  async function settled(all: readonly Carrier[]): Promise<void> {
    for (const [at, one] of all.entries()) {
      const others = all.filter((other) => other !== one);
      const ends = others.map((other) => heard(other, `end.${at}`));
      await expect
        .poll(() => {
          one.publish(`end.${at}`, bytes('end'));
          return ends.every((end) => end.length > 0);
        })
        .toBe(true);
    }
  }

  test('brings a message to all others that listen to its subject, in order, and not back', async () => {
    const all = await carriers(3);
    const texts = all.map((one) => heard(one, 'a.b'));
    await settled(all);
    for (const text of ['one', 'two', 'three']) all[0]!.publish('a.b', bytes(text));
    all[0]!.publish('a.c', bytes('of another subject'));
    await settled(all);
    const whole = ['a.b one', 'a.b two', 'a.b three'];
    expect(texts).toEqual([[], whole, whole]);
  });

  test('brings a message to one of a group, and to all beside it', async () => {
    const all = await carriers(4);
    const [, one, two, beside] = all;
    const [first, second] = [heard(one, 'work', 'group'), heard(two, 'work', 'group')];
    const third = heard(beside, 'work');
    await settled(all);
    for (let i = 0; i < 20; i++) all[0]!.publish('work', bytes(String(i)));
    await settled(all);
    expect(first.length + second.length).toBe(20);
    expect(third).toHaveLength(20);
  });

  test('tells of a message that nobody listens to, under the subject that it gave for that', async () => {
    const all = await carriers(2);
    const nobody = heard(all[0], 'none.0.>');
    const texts = heard(all[1], 'there');
    await settled(all);
    all[0]!.publish('there', bytes('hello'), 'none.0.x.1');
    all[0]!.publish('nowhere', bytes('hello'), 'none.0.x.2');
    all[0]!.publish('nowhere', bytes('hello'));
    await settled(all);
    expect(texts).toEqual(['there hello']);
    expect(nobody).toEqual(['none.0.x.2 nobody']);
  });

  test('brings nothing once a subscription has ended', async () => {
    const all = await carriers(2);
    const texts: string[] = [];
    const subscription = all[1]!.subscribe('a', (data) => texts.push(String(data)));
    await settled(all);
    subscription.end();
    await settled(all);
    all[0]!.publish('a', bytes('late'));
    await settled(all);
    expect(texts).toEqual([]);
  });

  test('says how large a message may be, and refuses a larger one', async () => {
    const [one] = await carriers(1);
    expect(one!.maxMessageBytes).toBe(100_000);
    expect(one!.isUp).toBe(true);
    expect(() => one!.publish('a', new Uint8Array(100_001))).toThrow();
    one!.publish('a', new Uint8Array(100_000));
  });
});
