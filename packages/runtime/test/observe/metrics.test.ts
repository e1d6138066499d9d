import { BusinessError, notFound, unavailable } from '@pipit/runtime';
import { metrics } from '@pipit/runtime/metrics';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { appWith, probe, signalled } from '../fixture/serve.ts';

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
      .poll(() => lines(registry, 'rpc_server_calls_total'))
      .toEqual([
        `rpc_server_calls_total{rpc_method="${service}/say",rpc_response_status_code="ok"} 2`,
        `rpc_server_calls_total{rpc_method="${service}/look_up",rpc_response_status_code="not_found"} 1`,
        `rpc_server_calls_total{rpc_method="${service}/Enter",rpc_response_status_code="business_error"} 1`,
      ]);
  });

  test('measure time and bytes', async () => {
    const { app, registry } = await counted({ say: (request) => request });
    await call(app, `${service}/say`, { text: 'hi' });
    await call(app, `${service}/say`, { text: 'hello' });
    const labels = `rpc_method="${service}/say"`;
    await expect
      .poll(() => lines(registry, 'rpc_server_call_duration_seconds'))
      .toContain(
        `rpc_server_call_duration_seconds_count{rpc_system_name="twirp",${labels},rpc_response_status_code="ok"} 2`,
      );
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
    const name = 'rpc_server_calls_in_flight';
    expect(await lines(registry, name)).toEqual([`${name}{rpc_method="${service}/say"} 1`]);
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
    const name = 'rpc_server_calls_in_flight';
    await expect
      .poll(() => lines(registry, 'rpc_server_calls_total'))
      .toEqual([
        `rpc_server_calls_total{rpc_method="${service}/say",rpc_response_status_code="deadline_exceeded"} 1`,
      ]);
    expect(await lines(registry, name)).toEqual([`${name}{rpc_method="${service}/say"} 1`]);
    go.resolve({});
    await expect.poll(() => lines(registry, name)).toEqual([]);
  });

  test('show the methods that are served before their first call', async () => {
    const registry = new Registry();
    metrics({ registry, services: [Probe.serve(probe({}))] });
    const method = `rpc_method="${service}/say"`;
    expect(await lines(registry, 'rpc_server_calls_total')).toEqual(
      expect.arrayContaining([
        `rpc_server_calls_total{${method},rpc_response_status_code="ok"} 0`,
        `rpc_server_calls_total{${method},rpc_response_status_code="internal",error_type="internal"} 0`,
      ]),
    );
    expect(await lines(registry, 'rpc_server_call_duration_seconds')).toContain(
      `rpc_server_call_duration_seconds_count{rpc_system_name="twirp",${method},rpc_response_status_code="ok"} 0`,
    );
    expect(await lines(registry, 'rpc_server_calls_in_flight')).toContain(
      `rpc_server_calls_in_flight{${method}} 0`,
    );
  });

  test('say which errors the server is at fault for', async () => {
    const { app, registry } = await counted({
      say() {
        throw unavailable('no database');
      },
      lookUp() {
        throw notFound('no hat');
      },
    });
    for (const method of ['say', 'look_up']) await call(app, `${service}/${method}`);
    await expect
      .poll(async () =>
        (await lines(registry, 'rpc_server_calls_total')).map((line) => line.includes('error_type')),
      )
      .toEqual([true, false]);
  });

  test('of one registry are counted together, also where it is asked for several times', async () => {
    const registry = new Registry();
    const apps = [];
    for (let i = 0; i < 2; i++)
      apps.push(await appWith({ say: (request) => request }, { hooks: [metrics({ registry })] }));
    for (const app of apps) await call(app, `${service}/say`);
    await expect
      .poll(() => lines(registry, 'rpc_server_calls_total'))
      .toEqual([`rpc_server_calls_total{rpc_method="${service}/say",rpc_response_status_code="ok"} 2`]);
    registry.clear();
    metrics({ registry, services: [Probe.serve(probe({}))] });
    expect(await lines(registry, 'rpc_server_calls_in_flight')).toHaveLength(4);
  });

  test('have the trace id as an exemplar in OpenMetrics', async () => {
    const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const app = await appWith({ say: (request) => request }, { hooks: [metrics({ registry })] });
    const url = `/api/${service}/say`;
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    for (const id of ['not a trace', 'x'.repeat(128), traceId])
      await app.inject({ method: 'POST', url, payload: {}, headers: { 'x-trace-id': id } });
    await expect.poll(() => registry.metrics()).toContain(`# {trace_id="${traceId}"}`);
  });

  test('have one series for all paths that callers make up', async () => {
    const { app, registry } = await counted({});
    for (let i = 0; i < 20; i++) await call(app, `made.Up${i}/Method${i}`);
    await expect
      .poll(() => lines(registry, 'rpc_server_calls_total'))
      .toEqual(['rpc_server_calls_total{rpc_method="_OTHER",rpc_response_status_code="bad_route"} 20']);
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
      .poll(() => lines(registry, 'rpc_server_calls_total'))
      .toEqual([
        `rpc_server_calls_total{rpc_method="${service}/say",rpc_response_status_code="not_found"} 1`,
      ]);
    expect(await lines(registry, 'rpc_server_calls_in_flight')).toEqual([]);
  });
});
