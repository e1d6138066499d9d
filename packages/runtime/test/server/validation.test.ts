import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { Interceptor, ServedService } from '@pipit/runtime';
import { createClient, validateRequests } from '@pipit/runtime/client';
import { pipit } from '@pipit/runtime/fastify';
import { localFetch } from '@pipit/runtime/local';
import { createHandler } from '@pipit/runtime/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SignUp, SignUps } from '../fixture/sign-up.twirp.ts';

const good = { name: 'Ada', mail: 'ada@example.com', age: 36 };
const bad = { name: '', mail: 'ada', age: 200, friends: [{ name: 'Bob' }, { name: 'eve' }, {}] };

const violations = [
  { field: 'name', rule: 'string.min_len', message: 'must be at least 1 characters' },
  { field: 'mail', rule: 'string.email', message: 'must be a valid email address' },
  {
    field: 'age',
    rule: 'int32.gte_lt',
    message: 'must be greater than or equal to 18 and less than 150',
  },
  {
    field: 'friends[1].name',
    rule: 'string.pattern',
    message: 'does not match regex pattern `^[A-Z]`',
  },
  { field: 'friends[2].name', rule: 'required', message: 'value is required' },
  // Neither has a name.
  { field: '', rule: 'own_friend', message: 'you cannot be a friend of yourself' },
];

function signUps(joined: SignUp[] = []): ServedService {
  return SignUps.serve({
    join: (request) => (joined.push(request), { name: request.name }),
    leave: (request) => request,
  });
}

type Fetch = (path: string, body: object) => Promise<Response>;

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const doors: Readonly<Record<string, (service: ServedService, validate?: boolean) => Promise<Fetch>>> = {
  fastify: async (service, validate = true) => {
    // The rules are compiled by the test runner, which may take long.
    const app = fastify({ pluginTimeout: 0 });
    onTestFinished(() => app.close());
    await app.register(pipit, { services: [service], validate });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return (path, body) => fetch(url + path, post(body));
  },
  node: async (service, validate = true) => {
    const server = createServer(createHandler({ services: [service], validate }));
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return (path, body) => fetch(url + path, post(body));
  },
  local: async (service, validate = true) => {
    const call = localFetch({ services: [service], validate });
    return (path, body) => call(path, post(body));
  },
};

describe.each(Object.entries(doors))('the %s door', (_, door) => {
  test('refuses what breaks a rule before the handler gets it', async () => {
    const joined: SignUp[] = [];
    const call = await door(signUps(joined));
    const response = await call('/api/checked.SignUps/Join', bad);
    expect(response.status).toBe(400);
    const { meta, ...error } = (await response.json()) as { meta: Record<string, string> };
    expect(error).toEqual({ code: 'invalid_argument', msg: 'name: must be at least 1 characters' });
    expect(meta).toEqual({ argument: 'name', violations: expect.any(String) as string });
    expect(JSON.parse(meta['violations']!)).toEqual(violations);
    expect(joined).toEqual([]);

    expect(await (await call('/api/checked.SignUps/Join', good)).json()).toEqual({ name: 'Ada' });
    expect(joined).toHaveLength(1);

    const alone = await call('/api/checked.SignUps/Join', { ...good, friends: [{ name: 'Ada' }] });
    expect(await alone.json()).toMatchObject({
      msg: 'you cannot be a friend of yourself',
      meta: { violations: expect.stringContaining('"field":"","rule":"own_friend"') as string },
    });
  });

  test('lets everything through with `validate: false`, and where a request has no rules', async () => {
    const off = await door(signUps(), false);
    expect(await (await off('/api/checked.SignUps/Join', { ...bad, name: 'x' })).json()).toEqual({
      name: 'x',
    });
    const on = await door(signUps());
    expect(await (await on('/api/checked.SignUps/Leave', {})).json()).toEqual({ name: '' });
  });
});

test('callers by Connect get the violations as a message among the details', async () => {
  const call = localFetch({ services: [signUps()] });
  const init = post({ ...good, name: '' });
  const headers = { 'content-type': 'application/json', 'connect-protocol-version': '1' };
  const response = await call('/api/checked.SignUps/Join', { ...init, headers });
  const { code, details } = (await response.json()) as { code: string; details: object[] };
  expect(code).toBe('invalid_argument');
  // field: name, rule: string.min_len
  const value = Buffer.concat([
    Buffer.from('\x0a\x52\x12\x0estring.min_len\x1a\x1dmust be at least 1 characters\x20\x00', 'latin1'),
    Buffer.from('\x2a\x08\x0a\x06\x12\x04name', 'latin1'),
    Buffer.from('\x32\x15\x0a\x08\x12\x06string\x0a\x09\x12\x07min_len', 'latin1'),
  ]);
  expect(details).toEqual([
    { type: 'buf.validate.Violations', value: value.toString('base64').replaceAll('=', '') },
  ]);
});

test('an answer tells of a thousand violations and no more', async () => {
  const call = localFetch({ services: [signUps()] });
  const friends = Array.from({ length: 5_000 }, () => ({ name: 'eve' }));
  const response = await call('/api/checked.SignUps/Join', post({ ...good, friends }));
  const { meta } = (await response.json()) as { meta: { violations: string } };
  expect(JSON.parse(meta.violations)).toHaveLength(1_000);
});

test('a client that is told to holds requests against their rules before it sends them', async () => {
  const joined: SignUp[] = [];
  const options = { baseUrl: 'http://local', fetch: localFetch({ services: [signUps(joined)] }) };
  const client = createClient(SignUps, { ...options, interceptors: [validateRequests] });
  const error: unknown = await client.join({ ...good, name: '' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid_argument', meta: { argument: 'name' } });
  expect(joined).toEqual([]);
  // Defaults are rules' business too, and a method without rules is none of theirs.
  await expect(client.join({})).rejects.toThrow('name: must be at least 1 characters');
  expect(await client.leave({})).toEqual({ name: '' });
  expect(await client.join(good)).toEqual({ name: 'Ada' });
});

test('interceptors come first: they may make a request what it has to be', async () => {
  const named: Interceptor<SignUp> = (request, _, next) => next({ ...request, name: 'Ada' });
  const call = localFetch({ services: [signUps()], interceptors: [named] });
  const response = await call('/api/checked.SignUps/Join', post({ ...good, name: '' }));
  expect(await response.json()).toEqual({ name: 'Ada' });
});

test('an app does not start where the rules cannot be loaded', async () => {
  const broken = {
    ...SignUps,
    methods: {
      ...SignUps.methods,
      join: { ...SignUps.methods['join']!, check: () => Promise.reject(new Error('no such module')) },
    },
  };
  const served = { ...signUps(), type: broken };
  await expect(async () => fastify().register(pipit, { services: [served] })).rejects.toThrow(
    'no such module',
  );
  const response = await localFetch({ services: [served] })('/api/checked.SignUps/Join', post(good));
  expect(response.status).toBe(500);
});

test('where the package that runs CEL is missing, the error says what needs it and how to get it', async () => {
  const missing = Object.assign(
    new Error(
      "Cannot find package '@bufbuild/cel' imported from /app/node_modules/@pipit/runtime/dist/validate/cel.js",
    ),
    { code: 'ERR_MODULE_NOT_FOUND' },
  );
  const join = {
    ...SignUps.methods['join']!,
    check: () => Promise.reject(missing),
    cel: 'checked.SignUp.age',
  };
  const served = { ...signUps(), type: { ...SignUps, methods: { ...SignUps.methods, join } } };
  await expect(async () => fastify().register(pipit, { services: [served] })).rejects.toThrow(
    'checked.SignUp.age has a rule in CEL, which needs @bufbuild/cel: npm install @bufbuild/cel @bufbuild/protobuf',
  );
});
