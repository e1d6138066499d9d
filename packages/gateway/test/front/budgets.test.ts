import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { budgets } from '../../src/protocol/budgets.ts';
import { responseHeaders } from '../../src/front/response-headers.ts';
import { clientOf, unary } from './grpc-client.ts';
import { ask, http2To, legacy, modern, nextRequest, startFront, until } from './rig.ts';

const path = '/api/pkg.Service/Do';
/** So that an answer does not end because its caller has stalled. */
const patient = { stallTimeout: 0 };
const ok = { statusCode: 200, payloadFormat: 1 as const };

describe('answers that a caller does not read', () => {
  const payload = Buffer.alloc(1024 * 1024);
  const headers = { ':method': 'POST', ':path': path };

  test('[unread] count against its connection, whose further requests are 429, and are given back', async () => {
    const { origin, gateway, connect } = await startFront();
    const service = await connect(modern, () => ({ ...ok, payload }));
    const session = http2To(origin);
    session.settings({ initialWindowSize: 0 });
    await once(session, 'localSettings');
    const streams = Array.from({ length: 20 }, () => session.request(headers).on('error', () => undefined));
    for (const stream of streams) stream.end();
    await until(() => service.requests.length === 20);
    await until(() => gateway.admin.stats().inFlightBytes === 20 * payload.length);
    expect(gateway.admin.stats().inFlight).toBe(20);
    const refused = session.request(headers);
    refused.end();
    const [answer] = (await once(refused, 'response')) as [Record<string, unknown>];
    expect([answer[':status'], service.requests.length]).toEqual([429, 20]);
    // Others are not concerned.
    expect((await fetch(origin + path, { method: 'POST' })).status).toBe(200);
    session.destroy();
    await until(() => gateway.admin.stats().inFlightBytes === 0);
    expect(gateway.admin.stats().inFlight).toBe(0);
  });

  test('[inFlight] count against all, so that everybody is told 429 before memory runs out', async () => {
    const limits = { maxInFlightBytes: 4 * payload.length };
    const { origin, gateway, connect } = await startFront(patient, { gateway: { limits }, server: patient });
    await connect(modern, () => ({ ...ok, payload }));
    const session = http2To(origin);
    session.settings({ initialWindowSize: 0 });
    await once(session, 'localSettings');
    for (let index = 0; index < 5; index += 1) {
      session
        .request(headers)
        .on('error', () => undefined)
        .end();
      await until(() => gateway.admin.stats().inFlightBytes >= (index + 1) * payload.length);
    }
    const other = await fetch(origin + path, { method: 'POST' });
    expect([other.status, other.headers.get('retry-after')]).toEqual([429, '1']);
    session.destroy();
    await until(() => gateway.admin.stats().inFlightBytes === 0);
    expect((await fetch(origin + path, { method: 'POST' })).status).toBe(200);
  });
});

test('[unreadAnswer] an answer whose service cannot be held back is cut off', async () => {
  const { origin, gateway, connect } = await startFront(patient, { server: patient });
  const service = await connect({ ...modern, capabilities: ['http', 'chunks'] });
  const session = http2To(origin);
  session.settings({ initialWindowSize: 0 });
  await once(session, 'localSettings');
  const came = nextRequest(service);
  const stream = session.request({ ':method': 'POST', ':path': path }).on('error', () => undefined);
  stream.end();
  const { requestId } = await came;
  const payload = Buffer.alloc(64 * 1024);
  for (let index = 0; index <= budgets.unreadAnswer.bytes / payload.length; index += 1) {
    const responseStreamInfo = { isStreamed: true, chunkIndex: index };
    service.respond({ requestId, ...ok, payload, responseStreamInfo });
  }
  await new Promise((resolve) => {
    stream.once('close', resolve);
  });
  await until(() => gateway.admin.stats().inFlightBytes === 0);
  expect(stream.rstCode).not.toBe(0);
});

describe('long texts of a service', () => {
  test.for([20_000, 66_000, 2_000_000])(
    '[errorText] of %i characters leave the caller its status',
    async (length) => {
      const { origin, port, connect } = await startFront();
      await connect(legacy, () => ({ statusCode: 9, errorMessage: 'é'.repeat(length) }));
      const { status } = await unary(clientOf(port), '/pkg.Service/Do', new Uint8Array());
      expect(status.code).toBe(9);
      expect(status.details).toMatch(/^é+$/);
      const response = await fetch(origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/protobuf' },
      });
      const body = (await response.json()) as { code: string; msg: string };
      expect([response.status, body.code]).toEqual([412, 'failed_precondition']);
      expect(Buffer.byteLength(body.msg)).toBeLessThanOrEqual(budgets.errorText.bytes);
      expect(body.msg).toMatch(/^é+…$/);
    },
  );

  test('[answerHeaders] headers and trailers in sum: 502 that names the service, and the connection lives', async () => {
    const { origin, port, connect } = await startFront();
    const large = { 'x-large': 'x'.repeat(budgets.answerHeaders.bytes) };
    await connect(modern, () => ({ ...ok, headers: large }));
    const session = http2To(origin);
    for (let round = 0; round < 2; round += 1) {
      const { headers, body } = await ask(session, { ':path': path });
      expect(headers[':status']).toBe(502);
      expect(body.toString()).toContain(
        'the headers of the answer of pkg.Service have more than 16384 bytes',
      );
    }
    const { status } = await unary(clientOf(port), '/pkg.Service/Do', new Uint8Array());
    expect([status.code, status.details]).toEqual([13, expect.stringContaining('the answer of pkg.Service')]);
    const many = await connect({ ...modern, services: ['pkg.Other'] }, () => ({
      statusCode: 0,
      trailers: [{ key: 'x-large', value: Buffer.alloc(budgets.answerHeaders.bytes, 'x') }],
    }));
    const other = await unary(clientOf(port), '/pkg.Other/Do', new Uint8Array());
    expect([other.status.code, many.requests.length]).toEqual([13, 1]);
  });
});

test('[headerNames] names are remembered up to a number, and all are passed on', () => {
  for (let index = 0; index < 2 * budgets.headerNames.count; index += 1) {
    const name = `x-made-up-${index}-${'x'.repeat(index % 200)}`;
    expect(responseHeaders({ [name]: 'v' }, [])).toEqual({ [name]: 'v' });
  }
});
