import { describe, expect, test } from 'vitest';
import { AddressRanges, isAddressRange } from '../../src/server/node/proxy-protocol/address-ranges.ts';
import { readProxyHeader } from '../../src/server/node/proxy-protocol/header.ts';
import { version2 } from '../fixture/proxy-header.ts';

const tcp4 = [203, 0, 113, 7, 192, 0, 2, 1, 0xd9, 0x03, 0, 80];
const source6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const tcp6 = [...source6, ...source6, 0xd9, 0x03, 0, 80];

const caller = { address: '203.0.113.7', port: 55_555 };
const caller6 = { address: '2001:db8::1', port: 55_555 };

describe('a header', () => {
  test.each([
    ['of IPv4', 'PROXY TCP4 203.0.113.7 192.0.2.1 55555 80\r\n', caller],
    ['of IPv6', 'PROXY TCP6 2001:db8:0:0:0:0:0:1 ::2 55555 80\r\n', caller6],
    ['of the balancer itself', 'PROXY UNKNOWN\r\n', undefined],
    ['of something else', 'PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n', undefined],
    ['of version 2, IPv4', version2(0x21, 0x11, tcp4), caller],
    ['of version 2, IPv6', version2(0x21, 0x21, tcp6), caller6],
    ['of version 2, with what balancers add', version2(0x21, 0x11, [...tcp4, 4, 0, 1, 9]), caller],
    ['of version 2, of the balancer itself', version2(0x20, 0x00, []), undefined],
    ['of version 2, of the balancer itself, with addresses', version2(0x20, 0x11, tcp4), undefined],
    ['of version 2, unspecified', version2(0x21, 0x00, [1, 2, 3]), undefined],
    ['of version 2, over UDP', version2(0x21, 0x12, tcp4), undefined],
    ['of version 2, of a Unix socket', version2(0x21, 0x31, Array<number>(216).fill(1)), undefined],
  ])('%s is read, whatever comes after it, and not before it is whole', (_, text, peer) => {
    const header = Buffer.from(text);
    for (let length = 0; length < header.length; length++) {
      expect(readProxyHeader(header.subarray(0, length))).toBeUndefined();
    }
    const read = { length: header.length, peer };
    expect(readProxyHeader(header)).toEqual(read);
    expect(readProxyHeader(Buffer.concat([header, Buffer.from('GET / HTTP/1.1\r\n')]))).toEqual(read);
  });

  test.each([
    ['GET / HTTP/1.1\r\n', 'begins with "GET / HTTP/1" and not with a header of the PROXY protocol'],
    ['\x16\x03\x01', 'begins with "\\u0016\\u0003\\u0001" and not with a header'],
    ['PROXY TCP4 203.0.113.7 192.0.2.1 55555\r\n', 'has a malformed PROXY header: "PROXY TCP4 203'],
    ['PROXY TCP4 203.0.113.7 192.0.2.1 55555 65536\r\n', 'has a malformed PROXY header'],
    ['PROXY TCP4  203.0.113.7 192.0.2.1 5 6\r\n', 'has a malformed PROXY header'],
    ['PROXY TCP4 203.0.113.999 192.0.2.1 5 6\r\n', 'has a malformed PROXY header'],
    ['PROXY TCP4 2001:db8::1 ::1 5 6\r\n', 'has a malformed PROXY header'],
    ['PROXY TCP6 203.0.113.7 192.0.2.1 5 6\r\n', 'has a malformed PROXY header'],
    ['PROXY \u00ff\u0001\r\n', 'has a malformed PROXY header: "PROXY ?'],
    [`PROXY UNKNOWN ${'x'.repeat(200)}`, 'has a PROXY header without an end in 107 bytes'],
    [version2(0x11, 0x11, tcp4), 'family or transport (1111)'],
    [version2(0x22, 0x11, tcp4), 'family or transport (2211)'],
    [version2(0x21, 0x41, tcp4), 'family or transport (2141)'],
    [version2(0x21, 0x13, tcp4), 'family or transport (2113)'],
    [version2(0x21, 0x21, tcp4), '28 bytes do not hold its addresses'],
    [version2(0x21, 0x11, Array<number>(4081).fill(0)), 'has a PROXY header of 4097 bytes, above 4096'],
  ])('that is malformed is refused: %j', (text, why) => {
    expect(() => readProxyHeader(Buffer.from(text as string, 'latin1'))).toThrow(why);
  });
});

describe('addresses that are trusted', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.0/8', '10.200.0.2', true],
    ['10.0.0.0/8', '::ffff:10.200.0.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['loopback', '127.9.9.9', true],
    ['loopback', '::1', true],
    ['uniquelocal', '172.31.0.1', true],
    ['uniquelocal', '172.32.0.1', false],
    ['linklocal', 'fe80::1', true],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe12::1', false],
  ])('%s holds %s: %s', (range, address, holds) => {
    expect(new AddressRanges(['192.0.2.1', range]).has(address)).toBe(holds);
  });

  test.each(['', '10.0.0', '10.0.0.1/33', '::1/129', '10.0.0.1/', '10.0.0.1/8/8', 'localhost', 'toString'])(
    '%j is not an address',
    (text) => {
      expect(isAddressRange(text)).toBe(false);
      expect(() => new AddressRanges([text])).toThrow('is not an address: write it like 10.0.0.1');
    },
  );
});
