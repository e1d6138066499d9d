import { describe, expect, test } from 'vitest';
import type { FileInit } from '../fixture/probe.twirp.ts';
import { post, serve } from '../fixture/serve.ts';

const download = (file: FileInit, contentType = 'application/json'): Promise<Response> =>
  serve({ fetch: () => file }).then((origin) =>
    post(origin, 'Fetch', contentType === 'application/json' ? '{}' : '', contentType),
  );

describe('a download', () => {
  test.each(['application/json', 'application/protobuf', 'application/x-www-form-urlencoded'])(
    'is the data itself for a request in %s',
    async (type) => {
      const response = await download({ contentType: 'text/csv', data: Buffer.from('a,b\n1,2\n') }, type);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/csv',
        'content-length': '8',
        'x-content-type-options': 'nosniff',
        'x-pipit-download': '1',
      });
      expect(response.headers.has('content-disposition')).toBe(false);
      expect(await response.text()).toBe('a,b\n1,2\n');
    },
  );

  test('without a type is octets, with a name an attachment, with a status that status', async () => {
    const response = await download({ data: Buffer.from('x'), filename: '../ä.txt', status: 203 });
    expect(response.status).toBe(203);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="..__.txt"; filename*=UTF-8''.._%C3%A4.txt`,
    );
  });

  test('may be an error page', async () => {
    const response = await download({
      contentType: 'text/html',
      data: Buffer.from('<h1>gone</h1>'),
      status: 404,
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html']);
    expect(await response.text()).toBe('<h1>gone</h1>');
  });

  test.each([
    { contentType: 'text/html\r\nSet-Cookie: a=b' },
    { contentType: '☃' },
    { status: 99 },
    { status: 600 },
  ])('that HTTP cannot carry is internal: %j', async (file) => {
    const response = await download(file);
    expect([response.status, response.headers.has('set-cookie')]).toEqual([500, false]);
    expect(await response.json()).toMatchObject({ code: 'internal' });
  });

  test('that fails is an error in JSON', async () => {
    const origin = await serve({
      fetch() {
        throw new Error('no such file');
      },
    });
    const response = await post(origin, 'Fetch', '', 'application/protobuf');
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/json']);
  });
});
