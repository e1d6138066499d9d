import { exposedHeaders } from '@pipit/runtime/door';
import { describe, expect, test } from 'vitest';
import { modern, startFront } from './rig.ts';

const path = '/api/pkg.Service/Do';
const page = 'https://shop.example';
const json = { 'content-type': 'application/json' };
const ok = { statusCode: 200, headers: json, payload: Buffer.from('{}') };
const cors = { origins: [page, 'http://localhost:3000'] };

const preflight = (origin: string): RequestInit => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-trace-id',
  },
});

/** What an answer says to browsers about pages of other origins. */
function said(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].filter(([name]) => name === 'vary' || name.startsWith('access-control-')),
  );
}

describe('a page of another origin', () => {
  test('gets its preflight answered, whatever key the call itself needs', async () => {
    const { origin, connect } = await startFront({ cors: { ...cors, maxAge: 60 }, access: 'key' });
    const service = await connect(modern, () => ok);
    const answer = await fetch(origin + path, preflight(page));
    expect([answer.status, await answer.text(), said(answer.headers)]).toEqual([
      204,
      '',
      {
        'access-control-allow-origin': page,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'content-type,x-trace-id',
        'access-control-max-age': '60',
        vary: 'Origin, Access-Control-Request-Headers',
      },
    ]);
    expect(service.requests).toEqual([]);
  });

  test('may read the answer, and caches keep it apart', async () => {
    const { origin, connect } = await startFront({ cors: { ...cors, credentials: true } });
    await connect(modern, () => ({ ...ok, headers: { ...json, vary: 'Accept-Language' } }));
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: { ...json, origin: page },
      body: '{}',
    });
    expect([answer.status, said(answer.headers)]).toEqual([
      200,
      {
        'access-control-allow-origin': page,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': exposedHeaders.join(', '),
        vary: 'Origin, Accept-Language',
      },
    ]);
  });

  test('may read what went wrong', async () => {
    const { origin } = await startFront({ cors });
    const answer = await fetch(`${origin}/api/no.Service/Do`, { method: 'POST', headers: { origin: page } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([501, page]);
  });

  test('is told nothing where it is not on the list; its preflight is a request like others', async () => {
    const { origin, connect } = await startFront({ cors });
    const service = await connect(modern, () => ({ ...ok, statusCode: 404 }));
    const answer = await fetch(origin + path, preflight('https://other.example'));
    expect([answer.status, said(answer.headers)]).toEqual([404, { vary: 'Origin' }]);
    expect(service.requests).toMatchObject([{ verb: 'OPTIONS' }]);
  });

  test('is told nothing where there is no list', async () => {
    const { origin, connect } = await startFront();
    await connect(modern, () => ok);
    const headers = { origin: page, 'content-type': 'application/json' };
    const answer = await fetch(origin + path, { method: 'POST', headers, body: '{}' });
    expect([answer.status, said(answer.headers)]).toEqual([200, {}]);
  });
});
