import { BusinessError } from '@pipit/runtime';
import { createClient, unwrap } from '@pipit/runtime/client';
import { expect, test } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { serve } from '../fixture/serve.ts';

test.each(['json', 'protobuf'] as const)(
  'unwrap throws the BusinessError the server threw, in %s',
  async (format) => {
    const enter = (): never => {
      throw new BusinessError(100, 'Need Login');
    };
    const client = createClient(Probe, { baseUrl: await serve({ enter }), format });
    const response = await client.enter({});
    expect(response).toMatchObject({ code: 100, msg: 'Need Login' });
    expect(() => unwrap(response)).toThrow(BusinessError);
    expect(() => unwrap(response)).toThrow(expect.objectContaining({ code: 100, msg: 'Need Login' }));
  },
);

test('unwrap gives the data of a success', async () => {
  const client = createClient(Probe, { baseUrl: await serve({ enter: () => ({ data: { text: 'in' } }) }) });
  expect(unwrap(await client.enter({}))).toMatchObject({ text: 'in' });
});

test('unwrap throws for a code of the framework', () => {
  expect(() => unwrap({ code: -500, msg: 'down', data: {} })).toThrow(
    expect.objectContaining({ code: 'unknown', msg: 'down', meta: { code: '-500' } }),
  );
});
