import { createFetchHandler } from '@pipit/runtime/fetch';
import { localFetch } from '@pipit/runtime/local';
import { describe, expect, test } from 'vitest';
import { sayPath, services } from '../fixture/host-app.ts';
import { serveNode } from '../fixture/node-server.ts';
import { serve } from '../fixture/serve.ts';

const echo = { say: (request: object) => ({ text: '', count: 0, ids: [], ...request }) };
const form = 'application/x-www-form-urlencoded';

interface Door {
  readonly door: string;
  readonly status: (headers: Record<string, string>, trustedOrigins?: readonly string[]) => Promise<number>;
}

async function statusOf(call: Promise<Response>): Promise<number> {
  return (await call).status;
}

function init(headers: Record<string, string>): RequestInit {
  return { method: 'POST', headers: { 'content-type': form, ...headers }, body: 'text=hi' };
}

const doors: Door[] = [
  {
    door: 'Fastify',
    status: async (headers, trustedOrigins = []) =>
      statusOf(fetch((await serve(echo, { trustedOrigins })) + sayPath, init(headers))),
  },
  {
    door: 'node',
    status: async (headers, trustedOrigins = []) =>
      statusOf(fetch((await serveNode(echo, { trustedOrigins })) + sayPath, init(headers))),
  },
  {
    door: 'fetch',
    status: (headers, trustedOrigins = []) =>
      statusOf(
        createFetchHandler({ services: services(echo), trustedOrigins })(
          new Request(`http://test.invalid${sayPath}`, init(headers)),
        ),
      ),
  },
  {
    door: 'local',
    status: (headers, trustedOrigins = []) =>
      statusOf(localFetch({ services: services(echo), trustedOrigins })(sayPath, init(headers))),
  },
];

describe.each(doors)('a form at the door of $door', ({ status }) => {
  test('that a page of another site sent is refused', async () => {
    expect(await status({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ origin: 'null' })).toBe(403);
  });

  test('of the same origin, or of no browser, is served', async () => {
    expect(await status({})).toBe(200);
    expect(await status({ 'sec-fetch-site': 'same-origin', origin: 'https://app.example' })).toBe(200);
    expect(await status({ 'sec-fetch-site': 'none' })).toBe(200);
  });

  test('of a trusted origin is served', async () => {
    const trusted = ['https://app.example', '*.example.com', 'capacitor://localhost', 'null', 'app://'];
    for (const origin of ['https://app.example', 'https://a.b.example.com:8443', 'null', 'app://x'])
      expect(await status({ 'sec-fetch-site': 'cross-site', origin }, trusted)).toBe(200);
    for (const origin of ['https://app.example.evil', 'https://evilexample.com', 'https://app.example:1'])
      expect(await status({ 'sec-fetch-site': 'cross-site', origin }, trusted)).toBe(403);
  });

  test('with files is refused alike', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(await status({ ...headers, origin: 'https://evil.example' })).toBe(403);
    // Not such a form, but that is read later.
    expect(await status(headers)).toBe(400);
  });

  test('in JSON is not asked, because a browser has asked', async () => {
    const headers = { 'content-type': 'application/json', origin: 'https://evil.example' };
    // Not JSON, but that is read later.
    expect(await status(headers)).toBe(400);
  });
});

test('the origin is compared with the host that was asked, default ports left out', async () => {
  const call = localFetch({ services: services(echo) });
  const status = (origin: string, host: string): Promise<number> =>
    statusOf(call(sayPath, init({ origin, 'x-h': host, host })));
  expect(await status('https://app.example', 'app.example:443')).toBe(200);
  expect(await status('http://app.example:8080', 'APP.example:8080')).toBe(200);
  expect(await status('https://app.example', 'app.example:8080')).toBe(403);
});

test('the refusal names the option', async () => {
  const response = await localFetch({ services: services(echo) })(
    sayPath,
    init({ origin: 'https://evil.example' }),
  );
  expect(await response.json()).toEqual({
    code: 'permission_denied',
    msg: 'a page of https://evil.example may not send forms here: to allow it, put its origin into trustedOrigins',
  });
});

test('an entry of trustedOrigins that is not an origin is refused by name', () => {
  for (const origin of ['app.example', 'https://app.example/', '*', 'https://*.example.com'])
    expect(() => localFetch({ services: [], trustedOrigins: [origin] })).toThrow(
      `trustedOrigins: ${JSON.stringify(origin)} is not an origin`,
    );
});
