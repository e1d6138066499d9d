import { serviceType } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { ListValue, type ListValueInit } from '@pipit/runtime/google/protobuf/struct';
import { localFetch } from '@pipit/runtime/local';
import { describe, expect, test } from 'vitest';
import { doors } from '../fixture/at-doors.ts';
import { Probe } from '../fixture/probe.twirp.ts';

const values = { name: 'say', input: ListValue, output: ListValue };
/** Probe, but that it says lists of values. */
const Lists = serviceType('pipit.test.v1.Probe', {
  ...Probe.methods,
  say: values,
}) as unknown as typeof Probe;

describe.each(doors)('messageLimit at the %s door', (_name, open) => {
  test('is resource_exhausted beyond it, in JSON and protobuf', async () => {
    const send = await open({ say: (list) => list }, { messageLimit: 3 }, Lists);
    const json = await send('say', '[0,0,0,0]');
    expect([json.status, await json.json()]).toEqual([
      429,
      {
        code: 'resource_exhausted',
        msg: 'the request holds too many messages and map entries',
        meta: { cause: '[3]: more than 3 messages and map entries in all; messageLimit allows more' },
      },
    ]);
    const bytes = Uint8Array.from(Buffer.from('0a00'.repeat(4), 'hex'));
    const protobuf = await send('say', bytes, 'application/protobuf');
    expect([protobuf.status, await protobuf.json()]).toMatchObject([429, { code: 'resource_exhausted' }]);
    expect(await (await send('say', '[0,0,0]')).json()).toEqual([0, 0, 0]);
    expect((await send('say', bytes.subarray(2), 'application/protobuf')).status).toBe(200);
  });

  test('is 262,144 unless it is set', async () => {
    const send = await open({ say: () => ({}) }, {}, Lists);
    const bytes = Uint8Array.from(Buffer.alloc(2 * 262_145, Buffer.from('0a00', 'hex')));
    expect((await send('say', bytes, 'application/protobuf')).status).toBe(429);
    expect((await send('say', bytes.subarray(2), 'application/protobuf')).status).toBe(200);
  });
});

test.each(['json', 'protobuf'] as const)(
  'a %s client reads an answer of any number of messages',
  async (format) => {
    const Service = serviceType<
      { say(list: ListValue): ListValueInit },
      { say(list: ListValueInit): Promise<ListValue> }
    >('lists.Lists', { say: values });
    const long: ListValueInit = {
      values: Array.from({ length: 262_145 }, () => ({ kind: { case: 'boolValue', value: true } as const })),
    };
    const fetch = localFetch({ services: [Service.serve({ say: () => long })] });
    const client = createClient(Service, { baseUrl: 'http://local', format, fetch });
    expect((await client.say({})).values).toHaveLength(262_145);
  },
);
