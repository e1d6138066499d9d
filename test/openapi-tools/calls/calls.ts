// Copied beside api.ts, which openapi-typescript has made of a document.
import createClient from 'openapi-fetch';
import type { paths } from './api.ts';

/** One call of each kind. */
export async function call(baseUrl: string): Promise<object> {
  const client = createClient<paths>({ baseUrl });
  const hello = '/user.v0.Echo/Hello';
  const success = await client.POST(hello, { body: { message: 'world', age: 1, ids: [1, 2] } });
  const form = await client.POST(hello, {
    body: { message: 'form' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
  });
  const business = await client.POST(hello, { body: {} });
  const failed = await client.POST(hello, { body: { age: -1 } });
  const query = await client.GET('/pipit.cases.v1.Cases/Look', {
    params: { query: { int64_value: '9007199254740993', string_value: 'ü' } },
  });
  const download = await client.POST('/pipit.cases.v1.Cases/Fetch', {
    body: { content_type: 'text/csv', data: 'YSxi' },
    parseAs: 'text',
  });
  return {
    success: success.data,
    form: form.data,
    business: business.data,
    error: failed.error,
    query: [query.data?.int64_value, query.data?.string_value],
    download: download.data,
  };
}
