import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '@pipit/runtime/client';
import { pipit } from '@pipit/runtime/fastify';
import { Fields, type FieldsInit, Methods, type MethodsClient } from './gen/nasty/names.twirp.ts';
import { Lonely } from './gen/nasty/nopackage.twirp.ts';

/** Services whose every name means something to JavaScript, served and called for real. */
const app = Fastify();
let baseUrl = '';

beforeAll(async () => {
  const methods: Methods = {
    constructor$: (request) => request,
    toString$: (request) => ({ name: request.toString$ }),
    then$: () => ({}),
    class: () => ({ value: 2, inner: [{ back: {} }] }),
    hat: (request) => request,
    snakeCase: () => ({ data: new Uint8Array([1]) }),
  };
  await app.register(pipit, {
    services: [Methods.serve(methods), Lonely.serve({ call: (request) => request })],
  });
  baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const fields: FieldsInit = {
  class: 'a',
  constructor$: 'b',
  Proto: 'c',
  toString$: 'd',
  '1': 'e',
  then: 'f',
  map: { constructor: 'g' },
  json: { x: { case: { case: 'value', value: 'h' } } },
  case: { case: 'group', value: { renamed: 'i' } },
  veryLargeNumber: 'j',
};

describe.each(['json', 'protobuf'] as const)('%s', (format) => {
  const client = (): MethodsClient => createClient(Methods, { baseUrl, format });

  test('every method is called', async () => {
    expect(await client().constructor$(fields)).toEqual(Fields.create(fields));
    expect(await client().toString$(fields)).toEqual({ name: 'd' });
    expect(await client().then$({})).toEqual({});
    expect(await client().class({})).toMatchObject({ value: 2, inner: [{ back: { value: 0 } }] });
    expect(await client().hat({ reader: { name: 'x' } })).toEqual({ reader: { name: 'x' } });
    expect(await client().snakeCase({})).toEqual({ data: new Uint8Array([1]) });
  });

  test('a client is no promise', async () => {
    const same = client();
    expect(await Promise.resolve(same)).toBe(same);
  });

  test('a service without a package', async () => {
    expect(await createClient(Lonely, { baseUrl, format }).call({ text: 'x' })).toEqual({ text: 'x' });
  });
});

test('a form', async () => {
  const response = await fetch(`${baseUrl}/api/nasty.Methods/constructor`, {
    method: 'POST',
    body: new URLSearchParams({ class: 'a', constructor: 'b', __proto__x: 'no', toString: 'd' }),
  });
  expect(await response.json()).toMatchObject({ class: 'a', constructor: 'b', toString: 'd' });
});
