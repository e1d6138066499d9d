import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { Feed } from '../fixture/feed.twirp.ts';
import { doors, feedUrl } from './doors.ts';

const url = feedUrl('Export');
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };

describe.each(doors)('a streamed download through the %s', (_, serve) => {
  test('is one body, its head that of the first message', async () => {
    const fetch = await serve({
      async *export() {
        yield { contentType: 'text/csv', filename: 'all.csv', data: Buffer.from('a,b\n') };
        yield { data: Buffer.from('1,2\n') };
      },
    });
    const response = await fetch(url, post);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="all.csv"',
      'x-pipit-download': '1',
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(await response.text()).toBe('a,b\n1,2\n');
  });

  test('without messages is empty', async () => {
    const fetch = await serve({
      // oxlint-disable-next-line require-yield
      async *export() {
        await Promise.resolve();
      },
    });
    const response = await fetch(url, post);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('is broken off by an error, so that half of it does not pass for the whole', async () => {
    const fetch = await serve({
      async *export() {
        yield { data: Buffer.from('half') };
        await new Promise(setImmediate);
        throw new TwirpError('aborted', 'no more');
      },
    });
    const response = await fetch(url, post);
    await expect(response.text()).rejects.toThrow();
  });

  test('comes to a client part by part, and flat: the handler is asked as the caller takes', async () => {
    const size = 1024 * 1024;
    let made = 0;
    const fetch = await serve({
      async *export({ count }) {
        for (; made < count; made++) yield { contentType: 'x/y', filename: 'f', data: new Uint8Array(size) };
      },
    });
    const client = createClient(Feed, { baseUrl: 'http://local', fetch });
    let bytes = 0;
    let most = 0;
    for await (const part of client.export({ count: 32 })) {
      bytes += part.data.length;
      most = Math.max(most, made * size - bytes);
      expect(part).toMatchObject({ contentType: 'x/y', filename: 'f', status: 200 });
    }
    expect(bytes).toBe(32 * size);
    // What lies in sockets and buffers, of whatever size the engine makes them.
    expect(most).toBeLessThan(24 * size);
  });
});
