import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AddressInfo } from 'node:net';
import { BusinessError } from '@pipit/runtime';
import { createClient, unwrap } from '@pipit/runtime/client';
import { createLocalClient } from '@pipit/runtime/local';
import { buildApp } from '../cmd/server/app.ts';
import { services } from '../cmd/server/services.ts';
import { __Service__Server } from '../rpc/__service__/v1/__service__.ts';
import { __Service__ } from '../rpc/__service__/v1/__service__.twirp.ts';

// Without a socket: codecs, hooks and errors are as over the network.
describe('__Service__', () => {
  const client = createLocalClient(__Service__, new __Service__Server());

  test('says hello', async () => {
    const { data } = await client.hello({ message: 'world' });
    assert.equal(data?.message, 'Hello, world!');
  });

  test('wants something to say', async () => {
    const response = await client.hello({});
    assert.throws(() => unwrap(response), new BusinessError(100, 'Say something'));
  });
});

describe('the server', async () => {
  const app = await buildApp({ services: services(), prefix: '/api', log: false });
  let baseUrl: string;

  before(async () => {
    await app.listen({ host: '127.0.0.1', port: 0 });
    baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  after(() => app.close());

  test('answers the generated client', async () => {
    const client = createClient(__Service__, { baseUrl, format: 'protobuf' });
    const { data } = await client.hello({ message: 'world' });
    assert.equal(data?.message, 'Hello, world!');
  });

  test('answers a form with JSON and a trace id', async () => {
    const body = new URLSearchParams({ message: 'world' });
    const response = await fetch(`${baseUrl}/api/__service__.v1.__Service__/Hello`, { method: 'POST', body });
    assert.deepEqual(await response.json(), { code: 0, msg: '', data: { message: 'Hello, world!' } });
    assert.ok(response.headers.has('x-trace-id'));
  });

  test('says that it lives and is ready', async () => {
    for (const path of ['/healthz', '/readyz']) assert.equal((await fetch(baseUrl + path)).status, 200);
  });
});
