import { describe, expect, test } from 'vitest';
import { conditional } from '../../../src/protocol/twirp/conditional.ts';
import { dispositionOf, downloadResponse } from '../../../src/protocol/twirp/download.ts';
import { entityTag } from '../../../src/protocol/twirp/entity-tag.ts';

test.each([
  ['report.csv', 'attachment; filename="report.csv"'],
  ['a b.txt', 'attachment; filename="a b.txt"'],
  ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
  ['..', 'attachment; filename="_"'],
  ['a"b.txt', `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
  ['a\r\nSet-Cookie: b', 'attachment; filename="a__Set-Cookie: b"'],
  ['名前.pdf', `attachment; filename="__.pdf"; filename*=UTF-8''%E5%90%8D%E5%89%8D.pdf`],
  ["it's (1)*.txt", 'attachment; filename="it\'s (1)*.txt"'],
  ["ä'(.txt", `attachment; filename="_'(.txt"; filename*=UTF-8''%C3%A4%27%28.txt`],
  ['lone\ud800.txt', 'attachment; filename="lone_.txt"'],
])('the file name %j', (filename, disposition) => {
  expect(dispositionOf(filename)).toBe(disposition);
});

test.each([
  ['inline', 'inline; filename="a.pdf"'],
  ['attachment', 'attachment; filename="a.pdf"'],
  [undefined, 'attachment; filename="a.pdf"'],
  ['inline; filename="own.pdf"', undefined],
  ["attachment; filename*=UTF-8''own.pdf", undefined],
])('a Content-Disposition %j that the handler set is kept', (set, expected) => {
  const { headers } = downloadResponse({ filename: 'a.pdf' }, set);
  expect(Object.fromEntries(headers)['Content-Disposition']).toBe(expected);
});

describe('a download by GET', () => {
  const file = downloadResponse({ contentType: 'text/plain', data: Buffer.from('0123456789') });
  const tag = entityTag(file.body, file.contentType);
  const get = (
    headers: Record<string, string>,
    verb = 'GET',
    {
      response = file,
      etag,
      lastModified,
    }: { response?: typeof file; etag?: string; lastModified?: string } = {},
  ): readonly unknown[] => {
    const { status, headers: own, body } = conditional(response, { verb, headers }, { etag, lastModified });
    return [status, Buffer.from(body).toString(), Object.fromEntries(own)['Content-Range']];
  };
  const whole = [200, '0123456789', undefined];

  test('has a strong tag of its bytes and type', () => {
    expect(tag).toMatch(/^"[0-9a-f]{16}-a"$/);
    expect(
      Object.fromEntries(
        conditional(file, { verb: 'GET', headers: {} }, { etag: undefined, lastModified: undefined }).headers,
      ),
    ).toMatchObject({
      ETag: tag,
      'Accept-Ranges': 'bytes',
    });
    const others = [
      entityTag(Buffer.from('0123456788'), 'text/plain'),
      entityTag(Buffer.from('1023456789'), 'text/plain'),
      entityTag(Buffer.from('0123456789\0'), 'text/plain'),
      entityTag(file.body, 'text/html'),
    ];
    expect(new Set([...others, tag]).size).toBe(5);
  });

  test.each([
    [tag, 304],
    [`W/${tag}`, 304],
    [`"x", ${tag}`, 304],
    ['*', 304],
    ['"x"', 200],
    ['', 200],
  ])('If-None-Match: %s is %d', (ifNoneMatch, status) => {
    expect(get({ 'if-none-match': ifNoneMatch })[0]).toBe(status);
    expect(get({ 'if-none-match': ifNoneMatch }, 'HEAD')[0]).toBe(status);
    expect(get({ 'if-none-match': ifNoneMatch }, 'POST')).toEqual(whole);
  });

  test('the handler’s own tag counts', () => {
    expect(get({ 'if-none-match': '"v1"' }, 'GET', { etag: 'W/"v1"' })[0]).toBe(304);
    expect(get({ 'if-none-match': tag }, 'GET', { etag: 'W/"v1"' })[0]).toBe(200);
  });

  test.each([
    ['bytes=0-0', [206, '0', 'bytes 0-0/10']],
    ['bytes=2-4', [206, '234', 'bytes 2-4/10']],
    ['bytes=7-', [206, '789', 'bytes 7-9/10']],
    ['bytes=7-99', [206, '789', 'bytes 7-9/10']],
    ['bytes=-3', [206, '789', 'bytes 7-9/10']],
    ['bytes=-99', [206, '0123456789', 'bytes 0-9/10']],
    ['Bytes = 1 - 2', [206, '12', 'bytes 1-2/10']],
    ['bytes=10-', [416, '', 'bytes */10']],
    ['bytes=-0', [416, '', 'bytes */10']],
    ['bytes=99999999999999999999-', [416, '', 'bytes */10']],
    ['bytes=4-2', whole],
    ['bytes=0-1,4-5', whole],
    ['bytes=-', whole],
    ['bytes=a-b', whole],
    ['lines=1-2', whole],
  ])('Range: %s', (range, expected) => {
    expect(get({ range })).toEqual(expected);
    expect(get({ range }, 'HEAD')).toEqual(whole);
    expect(get({ range }, 'POST')).toEqual(whole);
  });

  test('of nothing there is no part', () => {
    const response = downloadResponse({});
    expect(get({ range: 'bytes=0-' }, 'GET', { response })).toEqual([416, '', 'bytes */0']);
  });

  test('If-Range gives a part of the same version only', () => {
    const range = 'bytes=0-0';
    expect(get({ range, 'if-range': tag })[0]).toBe(206);
    expect(get({ range, 'if-range': '"old"' })).toEqual(whole);
    expect(get({ range, 'if-range': `W/${tag}` })).toEqual(whole);
    const date = 'Mon, 30 Nov 2026 00:00:00 GMT';
    expect(get({ range, 'if-range': date })).toEqual(whole);
    expect(get({ range, 'if-range': date }, 'GET', { lastModified: date })[0]).toBe(206);
  });

  test('under another status is what its handler says', () => {
    const response = downloadResponse({ status: 206, data: Buffer.from('0123456789') });
    expect(get({ range: 'bytes=0-0', 'if-none-match': '*' }, 'GET', { response })).toEqual([
      206,
      '0123456789',
      undefined,
    ]);
  });
});

test.each([204, 205, 304])('status %d has no data', (status) => {
  expect(() => downloadResponse({ status, data: Buffer.from('x') })).toThrow(
    `the download's data can not be sent: status ${status} has no body`,
  );
  expect(downloadResponse({ status }).status).toBe(status);
});
