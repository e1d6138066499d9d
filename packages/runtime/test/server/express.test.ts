import { createServer } from 'node:http';
import { createHandler, type HandlerOptions } from '@pipit/runtime/node';
import express, { type Express } from 'express';
import { expect, test } from 'vitest';
import { sayPath, services } from '../fixture/host-app.ts';
import { listening } from '../fixture/node-server.ts';

const echo = { say: (request: object) => request };

async function served(
  prepare: (app: Express, handler: ReturnType<typeof createHandler>) => void,
  options: Partial<HandlerOptions> = {},
): Promise<string> {
  const app = express();
  prepare(app, createHandler({ services: services(echo), ...options }));
  return `http://127.0.0.1:${await listening(createServer(app))}`;
}

const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"hi"}' };

test.each([
  ['nowhere', '', undefined],
  ['the prefix', '/api', undefined],
  ['a path in front of the prefix', '/v1', undefined],
  ['a path, without a prefix', '/rpc', '/'],
])('mounted at %s', async (_where, mount, prefix) => {
  const origin = await served(
    (app, handler) => {
      if (mount === '') app.use(handler);
      else app.use(mount, handler);
      app.get('/api/else', (_request, response) => void response.send('else'));
    },
    prefix === undefined ? {} : { prefix },
  );
  const path =
    mount === '' || mount === '/api' ? sayPath : mount + (prefix === '/' ? sayPath.slice(4) : sayPath);
  const response = await fetch(origin + path, json);
  expect([response.status, await response.json()]).toMatchObject([200, { text: 'hi' }]);
});

test('mounted with next, it leaves what is elsewhere to Express', async () => {
  const origin = await served((app, handler) => {
    app.use(handler);
    app.get('/else', (_request, response) => void response.send('else'));
  });
  expect(await (await fetch(`${origin}/else`)).text()).toBe('else');
  expect(await (await fetch(`${origin}/api/else`)).json()).toMatchObject({ code: 'bad_route' });
});

test.each([
  ['application/json', '{"text":"hi"}'],
  ['application/x-www-form-urlencoded', 'text=hi'],
])('%s that Express has parsed is served', async (type, body) => {
  const origin = await served((app, handler) => {
    app.use(express.json(), express.urlencoded({ extended: true }));
    app.use('/api', handler);
  });
  const response = await fetch(origin + sayPath, { method: 'POST', headers: { 'content-type': type }, body });
  expect(await response.json()).toMatchObject({ text: 'hi' });
});
