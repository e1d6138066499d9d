import { BusinessError } from '@pipit/runtime';
import { createClient, unwrap } from '@pipit/runtime/client';
import { expect, test } from 'vitest';
import { Probe, type Text } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
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

test.each(['json', 'protobuf'] as const)(
  'data that is not set is the empty message, in %s',
  async (format) => {
    const client = createClient(Probe, { baseUrl: await serve({ enter: () => ({ code: 0 }) }), format });
    expect(unwrap(await client.enter({}))).toEqual({ text: '', count: 0, ids: [] });
  },
);

test('so is data that is null, as a Twirp server in Go says', async () => {
  const go = await rawServer((_request, response) => response.end('{"code":0,"msg":"","data":null}'));
  const { text }: Text = unwrap(await createClient(Probe, { baseUrl: go }).enter({}));
  expect(text).toBe('');
  expect(unwrap({ code: 0, msg: '', data: null })).toEqual({});
});

test('unwrap throws for a code of the framework', () => {
  expect(() => unwrap({ code: -500, msg: 'down', data: {} })).toThrow(
    expect.objectContaining({ code: 'unknown', msg: 'down', meta: { code: '-500' } }),
  );
});

test.each([
  [[]],
  [{}],
  [{ error: 'no' }],
  [null],
  ['x'],
  [{ code: '0', data: {} }],
  [{ code: 1.5, msg: 'x' }],
])('unwrap takes no %j for an envelope', (response) => {
  const wrong = expect.objectContaining({ code: 'internal', msg: 'not an envelope' });
  expect(() => unwrap(response as never)).toThrow(wrong);
});

test('unwrap takes the success of a server that leaves defaults out', () => {
  expect(unwrap({ data: { text: 'in' } } as never)).toEqual({ text: 'in' });
});
