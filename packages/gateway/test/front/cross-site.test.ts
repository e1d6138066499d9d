import { describe, expect, test } from 'vitest';
import { ask, http2To, modern, startFront, type FrontRig } from './rig.ts';

const path = '/api/pkg.Service/Do';
const ok = { statusCode: 200, headers: { 'content-type': 'application/json' }, payload: Buffer.from('{}') };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const evil = { origin: 'https://evil.example' };
const crossSite = { ...evil, 'sec-fetch-site': 'cross-site' };

async function front(options: Parameters<typeof startFront>[0] = {}): Promise<{
  readonly rig: FrontRig;
  readonly status: (headers: Record<string, string>, method?: string) => Promise<number>;
  readonly reached: () => number;
}> {
  const rig = await startFront(options);
  const service = await rig.connect(modern, () => ok);
  return {
    rig,
    reached: () => service.requests.length,
    async status(headers, method = 'POST') {
      const answer = await fetch(rig.origin + path, { method, headers });
      return answer.status;
    },
  };
}

describe('a page of another site', () => {
  test.each([
    ['a form', { ...form, ...crossSite }],
    ['a form, by a browser that says its origin only', { ...form, ...evil }],
    ['a form with a charset', { 'content-type': `${form['content-type']}; charset=UTF-8`, ...crossSite }],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x', ...crossSite }],
    ['no body', crossSite],
    ['a form of a sandboxed frame', { ...form, origin: 'null' }],
    ['a form of the same site', { ...form, 'sec-fetch-site': 'same-site' }],
  ])('may not send %s; the service never sees it', async (_, headers) => {
    const { status, reached } = await front();
    expect([await status(headers), reached()]).toEqual([403, 0]);
  });

  test('may not over HTTP/2 either, and is told the option', async () => {
    const { rig, reached } = await front();
    const { headers, body } = await ask(http2To(rig.origin), { ':path': path, ...form, ...crossSite });
    expect([headers[':status'], reached()]).toEqual([403, 0]);
    expect(JSON.parse(String(body))).toEqual({
      code: 'permission_denied',
      msg: 'a page of https://evil.example may not send forms here: to allow it, put its origin into trustedOrigins',
    });
  });

  test('may where its origin is trusted, or may call by CORS', async () => {
    const trusted = await front({ trustedOrigins: ['*.example', 'app://', 'null'] });
    for (const origin of ['https://evil.example', 'app://x', 'null'])
      expect(await trusted.status({ ...form, origin })).toBe(200);
    expect(await trusted.status({ ...form, origin: 'https://example' })).toBe(403);
    const cors = await front({ cors: { origins: [evil.origin] } });
    expect(await cors.status({ ...form, ...crossSite })).toBe(200);
  });

  test('may send JSON and protobuf, for which a browser asks before, and GET', async () => {
    const { status } = await front();
    expect(await status({ 'content-type': 'application/json', ...crossSite })).toBe(200);
    expect(await status({ 'content-type': 'application/protobuf', ...crossSite })).toBe(200);
    expect(await status(crossSite, 'GET')).toBe(200);
  });
});

test('a form of the gateway’s own pages, or of no browser, is forwarded', async () => {
  const { rig, status } = await front();
  expect(await status({ ...form, 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await status({ ...form, origin: rig.origin })).toBe(200);
  expect(await status(form)).toBe(200);
});

test('behind a proxy that is trusted the host is the one it tells', async () => {
  const headers = { ...form, origin: 'https://shop.example', 'x-forwarded-host': 'shop.example' };
  expect(await (await front()).status(headers)).toBe(403);
  expect(await (await front({ trustProxy: true })).status(headers)).toBe(200);
});
