import { accessLog } from '@pipit/runtime/access-log';
import { metrics } from '@pipit/runtime/metrics';
import { tracing } from '@pipit/runtime/tracing';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  BasicTracerProvider,
} from '@opentelemetry/sdk-trace-base';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { frameOf } from '../../src/protocol/frame.ts';
import { appWith } from '../fixture/serve.ts';
import { Text } from '../fixture/probe.twirp.ts';

const hi = Text.encode({ text: 'hi' }).slice();

test.each([
  ['twirp', 'twirp', 'application/json', '{}'],
  ['connect', 'connectrpc', 'application/proto', hi],
  ['grpc-web', 'grpc-web', 'application/grpc-web', frameOf(0, hi)],
] as const)('log, metrics and spans say %s', async (protocol, system, type, payload) => {
  const lines: unknown[] = [];
  const log = {
    debug: () => undefined,
    info: (line: unknown) => void lines.push(line),
    warn: () => undefined,
    error: () => undefined,
  };
  const registry = new Registry();
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const hooks = [tracing({ tracerProvider }).hooks, accessLog({ log }), metrics({ registry })];
  const app = await appWith({ say: (request) => request }, { hooks });
  const headers = { 'content-type': type };
  await app.inject({
    method: 'POST',
    url: '/api/pipit.test.v1.Probe/say',
    headers,
    payload: Buffer.from(payload),
  });
  await expect
    .poll(() => lines)
    .toMatchObject([{ protocol, code: 'ok', in: protocol === 'twirp' ? 2 : hi.length }]);
  expect(await registry.metrics()).toContain(`rpc_system_name="${system}"`);
  expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({ 'rpc.system.name': system });
});
