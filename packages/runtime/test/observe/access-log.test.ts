import { BusinessError, notFound, unavailable } from '@pipit/runtime';
import { accessLog, type AccessLogOptions } from '@pipit/runtime/access-log';
import { describe, expect, test } from 'vitest';
import { appWith } from '../fixture/serve.ts';
import type { Probe } from '../fixture/probe.twirp.ts';

type Line = Record<string, unknown> & { level: string };

/** The one line that one request leaves. */
async function lineOf(
  methods: Partial<Probe>,
  request: { url?: string; headers?: Record<string, string>; payload?: string } = {},
  options: AccessLogOptions = {},
): Promise<Line> {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object) => void lines.push({ ...fields, level });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const app = await appWith(methods, { hooks: [accessLog({ log, ...options })] });
  await app.inject({
    method: 'POST',
    url: '/api/pipit.test.v1.Probe/say',
    payload: '{"text":"hi"}',
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
  });
  await expect.poll(() => lines).toHaveLength(1);
  return lines[0] as Line;
}

describe('the access log', () => {
  const say: Probe['say'] = (request) => request;

  test('has one line for a call that succeeds', async () => {
    const line = await lineOf({ say }, { headers: { 'x-trace-id': 'mine' } });
    expect(line).toMatchObject({
      level: 'info',
      traceId: 'mine',
      protocol: 'twirp',
      method: 'pipit.test.v1.Probe/say',
      code: 'ok',
      status: 200,
      in: 13,
      out: '{"text":"hi","count":0,"ids":[]}'.length,
      peer: '127.0.0.1',
    });
    expect(line['ms']).toBeGreaterThanOrEqual(0);
    expect(line['path']).toBeUndefined();
  });

  test('has the error’s code, as a warning where the caller is at fault', async () => {
    const line = await lineOf({
      say() {
        throw notFound('no hat');
      },
    });
    expect(line).toMatchObject({ level: 'warn', code: 'not_found', status: 404, reason: 'no hat' });
  });

  test('says why, with the causes that the caller is not told', async () => {
    const line = await lineOf({
      say() {
        throw unavailable('db pool empty', { cause: new Error('connect ECONNREFUSED') });
      },
    });
    expect(line).toMatchObject({
      level: 'error',
      code: 'unavailable',
      reason: 'db pool empty: connect ECONNREFUSED',
    });
  });

  test('has an error where the server is at fault', async () => {
    const line = await lineOf({
      say() {
        throw new Error('broken');
      },
    });
    expect(line).toMatchObject({ level: 'error', code: 'internal', status: 500 });
  });

  test('has the code of a business error, which is no failure', async () => {
    const line = await lineOf(
      {
        enter() {
          throw new BusinessError(100, 'Need Login');
        },
      },
      { url: '/api/pipit.test.v1.Probe/Enter' },
    );
    expect(line).toMatchObject({
      level: 'info',
      code: 'business_error',
      business: 100,
      reason: 'Need Login',
      status: 200,
    });
  });

  test('has the path of a call that reaches no method, without the query', async () => {
    const line = await lineOf({}, { url: '/api/no.Such/Thing?token=secret' });
    expect(line).toMatchObject({ level: 'warn', code: 'bad_route', path: '/api/no.Such/Thing' });
    expect(line['method']).toBeUndefined();
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  test('has the headers that were asked for, without their secrets', async () => {
    const headers = { 'User-Agent': 'test', Authorization: 'Bearer s3cret', 'X-Tenant': 't', 'X-Other': 'o' };
    const line = await lineOf(
      { say },
      { headers },
      { headers: ['User-Agent', 'authorization', 'x-tenant', 'x-absent'] },
    );
    expect(line['headers']).toEqual({ 'user-agent': 'test', authorization: '[redacted]', 'x-tenant': 't' });
  });

  test('redacts what it is told to', async () => {
    const headers = { 'x-tenant': 't' };
    const line = await lineOf({ say }, { headers }, { headers: ['x-tenant'], redact: ['X-Tenant'] });
    expect(line['headers']).toEqual({ 'x-tenant': '[redacted]' });
  });

  test('goes to the log of the request where it is given none', async () => {
    const log: Record<string, unknown>[] = [];
    const app = await appWith(
      {
        say() {
          throw notFound('no hat');
        },
      },
      { hooks: [accessLog()] },
      { log },
    );
    await app.inject({ method: 'POST', url: '/api/pipit.test.v1.Probe/say', payload: {} });
    await expect.poll(() => log).toHaveLength(1);
    expect(log[0]).toMatchObject({ code: 'not_found', reqId: expect.any(String), msg: 'call' });
  });
});
