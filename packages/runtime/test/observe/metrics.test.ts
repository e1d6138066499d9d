import { BusinessError, notFound } from '@pipit/runtime';
import { metrics } from '@pipit/runtime/metrics';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import type { Probe } from '../fixture/probe.twirp.ts';
import { appWith, signalled } from '../fixture/serve.ts';

const service = 'pipit.test.v1.Probe';

async function counted(methods: Partial<Probe>): Promise<{ app: FastifyInstance; registry: Registry }> {
  const registry = new Registry();
  const app = await appWith(methods, { hooks: [metrics({ registry })] });
  return { app, registry };
}

function call(app: FastifyInstance, path: string, payload: object = {}): Promise<unknown> {
  return app.inject({ method: 'POST', url: `/api/${path}`, payload });
}

/** The lines of one metric, without those that tell times. */
async function lines(registry: Registry, name: string): Promise<string[]> {
  const text = await registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => !line.startsWith('#') && line !== '');
}

describe('metrics', () => {
  test('count calls by outcome', async () => {
    const { app, registry } = await counted({
      say: (request) => request,
      lookUp() {
        throw notFound('no hat');
      },
      enter() {
        throw new BusinessError(100, 'Need Login');
      },
    });
    for (const method of ['say', 'say', 'look_up', 'Enter']) await call(app, `${service}/${method}`);
    await expect
      .poll(() => lines(registry, 'rpc_server_requests_total'))
      .toEqual([
        `rpc_server_requests_total{service="${service}",method="say",code="ok"} 2`,
        `rpc_server_requests_total{service="${service}",method="look_up",code="not_found"} 1`,
        `rpc_server_requests_total{service="${service}",method="Enter",code="business_error"} 1`,
      ]);
  });

  test('measure time and bytes', async () => {
    const { app, registry } = await counted({ say: (request) => request });
    await call(app, `${service}/say`, { text: 'hi' });
    await call(app, `${service}/say`, { text: 'hello' });
    const labels = `service="${service}",method="say"`;
    await expect
      .poll(() => lines(registry, 'rpc_server_request_duration_seconds'))
      .toContain(`rpc_server_request_duration_seconds_count{${labels},code="ok"} 2`);
    expect(await lines(registry, 'rpc_server_request_bytes_total')).toEqual([
      `rpc_server_request_bytes_total{${labels}} ${'{"text":"hi"}{"text":"hello"}'.length}`,
    ]);
    expect(await lines(registry, 'rpc_server_response_bytes_total')).toEqual([
      `rpc_server_response_bytes_total{${labels}} ${2 * '{"text":"hi","count":0,"ids":[]}'.length + 3}`,
    ]);
  });

  test('know the calls under way', async () => {
    const called = signalled();
    const go = signalled<object>();
    const { app, registry } = await counted({ say: () => (called.resolve(), go.promise) });
    const answer = call(app, `${service}/say`);
    await called.promise;
    const name = 'rpc_server_requests_in_flight';
    expect(await lines(registry, name)).toEqual([`${name}{service="${service}",method="say"} 1`]);
    go.resolve({});
    await answer;
    await expect.poll(() => lines(registry, name)).toEqual([]);
  });

  test('count a call as under way until its handler is done, though its deadline has been answered', async () => {
    const go = signalled<object>();
    const { app, registry } = await counted({ say: () => go.promise });
    await app.inject({
      method: 'POST',
      url: `/api/${service}/say`,
      payload: {},
      headers: { 'x-request-timeout-ms': '20' },
    });
    const name = 'rpc_server_requests_in_flight';
    await expect
      .poll(() => lines(registry, 'rpc_server_requests_total'))
      .toEqual([`rpc_server_requests_total{service="${service}",method="say",code="deadline_exceeded"} 1`]);
    expect(await lines(registry, name)).toEqual([`${name}{service="${service}",method="say"} 1`]);
    go.resolve({});
    await expect.poll(() => lines(registry, name)).toEqual([]);
  });

  test('have one series for all paths that callers make up', async () => {
    const { app, registry } = await counted({});
    for (let i = 0; i < 20; i++) await call(app, `made.Up${i}/Method${i}`);
    await expect
      .poll(() => lines(registry, 'rpc_server_requests_total'))
      .toEqual(['rpc_server_requests_total{service="_OTHER",method="_OTHER",code="bad_route"} 20']);
  });

  test('are not thrown off by hooks that fail a call before it is counted in', async () => {
    const registry = new Registry();
    const refuse = {
      requestReceived() {
        throw notFound('nobody here');
      },
    };
    const app = await appWith({}, { hooks: [refuse, metrics({ registry })] });
    await call(app, `${service}/say`);
    await expect
      .poll(() => lines(registry, 'rpc_server_requests_total'))
      .toEqual([`rpc_server_requests_total{service="${service}",method="say",code="not_found"} 1`]);
    expect(await lines(registry, 'rpc_server_requests_in_flight')).toEqual([]);
  });
});
