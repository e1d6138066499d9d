import { describe, expect, test } from 'vitest';
import { ResponseHeaders } from '../../src/rpc/response-headers.ts';

describe('response headers', () => {
  test('set replaces, append adds, whatever the case of the name', () => {
    const headers = new ResponseHeaders();
    headers.append('X-Multi', 'a');
    headers.append('x-multi', 'b');
    expect(headers.get('X-MULTI')).toEqual(['a', 'b']);
    headers.set('x-Multi', 'c');
    expect(headers.get('x-multi')).toEqual(['c']);
    headers.delete('X-Multi');
    expect(headers.get('x-multi')).toEqual([]);
  });

  test('a second value is refused where HTTP/2 takes one only', () => {
    const headers = new ResponseHeaders();
    headers.append('ETag', '"1"');
    expect(() => headers.append('etag', '"2"')).toThrow('header etag can have one value only: set it');
    headers.set('etag', '"2"');
    expect(headers.get('ETag')).toEqual(['"2"']);
  });

  test.each(['Content-Type', 'content-type', 'CONTENT-TYPE'])('%s is not theirs to set', (name) => {
    const headers = new ResponseHeaders();
    expect(() => headers.set(name, 'text/html')).toThrow('header key can not be Content-Type');
    expect(() => headers.append(name, 'text/html')).toThrow('header key can not be Content-Type');
  });

  test.each([
    'Content-Length',
    'transfer-encoding',
    'Connection',
    'Trailer',
    'Keep-Alive',
    'Upgrade',
    'TE',
    'Proxy-Connection',
    'HTTP2-Settings',
    'Host',
  ])('%s is the server’s', (name) => {
    expect(() => new ResponseHeaders().set(name, '1')).toThrow(TypeError);
  });

  test('16 KiB in sum are the most', () => {
    const headers = new ResponseHeaders();
    headers.set('x-a', 'a'.repeat(16 * 1024 - 3));
    expect(() => headers.append('x-b', '')).toThrow('larger than 16384 bytes in sum');
    headers.set('x-a', 'a');
    headers.append('x-b', 'b'.repeat(16_000));
    headers.delete('x-b');
    headers.append('x-b', 'b'.repeat(16_000));
    expect(() => headers.append('x-b', 'b'.repeat(16_000))).toThrow(TypeError);
  });

  test.each(['', 'a b', 'a:', 'a\r\nb', 'ä'])('the name %j is refused', (name) => {
    expect(() => new ResponseHeaders().set(name, 'x')).toThrow(/is not a legal header name/);
  });

  test.each(['a\r\nSet-Cookie: b', '\0', '☃'])('the value %j is refused', (value) => {
    expect(() => new ResponseHeaders().set('x-a', value)).toThrow(/illegal character/);
  });
});
