import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormError } from '@pipit/runtime/codec';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import { Fields } from '../gen/nasty/names.pb.ts';
import {
  Choice,
  type ChoiceInit,
  Lists,
  type ListsInit,
  Longs,
  Maps,
  Scalars,
  type ScalarsInit,
} from '../gen/shop/v1/scalars.pb.ts';

const body = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const form = (text: string): ReturnType<typeof parseForm> => parseForm(body(text), undefined);

/** What a refused form says: the field and the text. */
function refused(read: () => unknown): [string | undefined, string] {
  try {
    read();
  } catch (error) {
    if (error instanceof FormError) return [error.argument, error.message];
    throw error;
  }
  throw new Error('not refused');
}

describe('form', () => {
  test.each<[string, ScalarsInit]>([
    ['', {}],
    ['f_int32=1&f_string=a+b%26', { fInt32: 1, fString: 'a b&' }],
    ['fInt32=1&fString=', { fInt32: 1, fString: '' }],
    ['f_int32=%2B5&f_sint32=-5&f_fixed32=4294967295', { fInt32: 5, fSint32: -5, fFixed32: 4294967295 }],
    [
      'f_int64=-9223372036854775808&f_uint64=18446744073709551615',
      { fInt64: -9223372036854775808n, fUint64: 18446744073709551615n },
    ],
    [
      'f_sint64=1&f_fixed64=2&f_sfixed64=-3&f_sfixed32=-4&f_uint32=5',
      { fSint64: 1n, fFixed64: 2n, fSfixed64: -3n, fSfixed32: -4, fUint32: 5 },
    ],
    ['f_double=1e3&f_float=.5', { fDouble: 1000, fFloat: 0.5 }],
    ['f_double=NaN&f_float=-Infinity', { fDouble: NaN, fFloat: -Infinity }],
    ['f_bool=1', { fBool: true }],
    ['f_bool=F', {}],
    ['f_int32=1&f_int32=2', { fInt32: 1 }],
    ['f_int32=-0&f_uint32=-0&f_sint32=%2B7&f_fixed32=00000000000000000009', { fSint32: 7, fFixed32: 9 }],
    ['&&f_string&=x&f_int32=4&&', { fString: '', fInt32: 4 }],
    ['nope=1&f_int32=3&__proto__=x&constructor=y', { fInt32: 3 }],
    ['f_string=%E4%B8%96', { fString: '世' }],
    ['f_string=[a][b]=c', { fString: '[a][b]=c' }],
  ])('%s', (text, expected) => {
    expect(Scalars.fromForm(form(text))).toEqual(Scalars.create(expected));
  });

  test.each<[string, ListsInit]>([
    ['f_int32=1,2&f_int32=3', { fInt32: [1, 2, 3] }],
    ['f_int32[]=1&f_int32[]=2', { fInt32: [1, 2] }],
    ['f_int32=', { fInt32: [] }],
    ['f_string=a,b', { fString: ['a', 'b'] }],
    ['f_string=a,b&f_string=c', { fString: ['a,b', 'c'] }],
    ['f_bool=true,0', { fBool: [true, false] }],
    ['f_double=1,NaN', { fDouble: [1, NaN] }],
    ['f_uint64=1&fUint64=2', { fUint64: [1n, 2n] }],
    [
      Array.from({ length: 500 }, (_, i) => `f_int32=${i}`).join('&'),
      { fInt32: Array.from({ length: 500 }, (_, i) => i) },
    ],
  ])('list %s', (text, expected) => {
    expect(Lists.fromForm(form(text))).toEqual(Lists.create(expected));
  });

  test.each([
    ['f_int32=x', 'f_int32', 'must be an int32, got "x"'],
    ['fInt32=x', 'f_int32', 'must be an int32, got "x"'],
    ['f_int32=1.0', 'f_int32', 'must be an int32, got "1.0"'],
    ['f_int32=0x10', 'f_int32', 'must be an int32, got "0x10"'],
    ['f_int32=2147483648', 'f_int32', 'must be an int32, got "2147483648"'],
    ['f_uint32=-1', 'f_uint32', 'must be a uint32, got "-1"'],
    ['f_int64=9223372036854775808', 'f_int64', 'must be an int64, got "9223372036854775808"'],
    ['f_double=1_0', 'f_double', 'must be a double, got "1_0"'],
    ['f_double=inf', 'f_double', 'must be a double, got "inf"'],
    ['f_float=1e39', 'f_float', 'must be a float, got "1e39"'],
    ['f_bool=yes', 'f_bool', 'must be a bool, got "yes"'],
    ['f_color=COLOR_RED', 'f_color', 'is an enum, which a form cannot hold: send JSON or protobuf'],
    [
      'f_bytes=aGk',
      'f_bytes',
      'is bytes, which a form holds as a file only: send multipart/form-data, JSON or protobuf',
    ],
    ['f_size=1', 'f_size', 'is a message, which a form cannot hold: send JSON or protobuf'],
  ])('%s is refused', (text, argument, message) => {
    expect(refused(() => Scalars.fromForm(form(text)))).toEqual([argument, message]);
  });

  test('keys that go into a map or message are refused, not passed over', () => {
    for (const text of ['by_string[a]=x', 'byString%5Ba%5D=x', 'by_string.a=x', 'byString[a][b]=x']) {
      expect(refused(() => Maps.fromForm(form(text)))[0], text).toBe('by_string');
    }
    expect(refused(() => Scalars.fromForm(form('f_size.width=1')))[0]).toBe('f_size');
    expect(Scalars.fromForm(form('nope.x=1&nope[x]=2&f_int32=3'))).toEqual(Scalars.create({ fInt32: 3 }));
  });

  test('elements of a list come under keys of their own, in the order of their digits', () => {
    for (const text of [
      'f_int32[1]=5&f_int32[0]=4',
      'f_int32%5B0%5D=4&fInt32%5B1%5D=5',
      'f_int32.1=5&f_int32.0=4',
    ])
      expect(Lists.fromForm(form(text)).fInt32, text).toEqual([4, 5]);
    expect(Lists.fromForm(form('f_string[0]=a,b&f_string[1]=c')).fString).toEqual(['a,b', 'c']);
    expect(Lists.fromForm(form('f_string[]=a,b')).fString).toEqual(['a,b']);
    expect(Lists.fromForm(form('f_string=')).fString).toEqual([]);
  });

  test('any other bracket or dot behind the name of a field is refused', () => {
    for (const key of ['f_int32[a]', 'f_int32[0][x]', 'f_int32.x', 'f_int32['])
      expect(
        refused(() => Lists.fromForm(form(`${key}=1`))),
        key,
      ).toEqual(['f_int32', `cannot be sent as "${key}"`]);
    for (const key of ['f_int32[0]', 'f_int32[]', 'f_int32.0', 'fInt32[a]'])
      expect(refused(() => Scalars.fromForm(form(`${key}=1`)))[0], key).toBe('f_int32');
    expect(Scalars.fromForm(form('nope[0]=1&nope[a]=2&[0]=3&.x=4'))).toEqual(Scalars.create({}));
  });

  test('a blank number or bool is as if it had not been sent, a checkbox is on', () => {
    expect(Scalars.fromForm(form('f_int32=&f_bool=&f_double=&f_int64='))).toEqual(Scalars.create({}));
    expect(Scalars.fromForm(form('f_int32=&f_int32=5&f_bool=on'))).toEqual(
      Scalars.create({ fInt32: 5, fBool: true }),
    );
  });

  test('of two spellings of a key the first that came wins', () => {
    expect(Scalars.fromForm(form('fInt32=1&f_int32=2')).fInt32).toBe(1);
    expect(Scalars.fromForm(form('f_int32=1&fInt32=2')).fInt32).toBe(1);
    expect(Scalars.fromForm(parseForm(body('fInt32=1'), 'f_int32=2')).fInt32).toBe(1);
    expect(Lists.fromForm(parseForm(body('fInt32=1'), 'f_int32=2')).fInt32).toEqual([1, 2]);
  });

  test('a map is refused, a bad element names its list', () => {
    expect(refused(() => Maps.fromForm(form('by_string=x')))[0]).toBe('by_string');
    expect(refused(() => Lists.fromForm(form('f_int32=1,x')))).toEqual([
      'f_int32',
      'must be an int32, got "x"',
    ]);
  });

  test('a oneof takes one scalar', () => {
    const pick = (text: string): ChoiceInit['pick'] => Choice.fromForm(form(text)).pick;
    expect(pick('name=a')).toEqual({ case: 'name', value: 'a' });
    expect(pick('flag=true')).toEqual({ case: 'flag', value: true });
    expect(refused(() => pick('name=a&number=1'))[0]).toBe('number');
    expect(refused(() => pick('size=a'))[0]).toBe('size');
  });

  test('jstype', () => {
    expect(Longs.fromForm(form('text=%2B5&number=7&texts=1,2&numbers=3'))).toEqual(
      Longs.create({ text: '5', number: 7, texts: ['1', '2'], numbers: [3] }),
    );
    expect(refused(() => Longs.fromForm(form('number=9007199254740993')))[0]).toBe('number');
  });

  test('the body comes before the query', () => {
    expect(Scalars.fromForm(parseForm(body('f_int32=1'), 'f_int32=2&f_uint32=3'))).toEqual(
      Scalars.create({ fInt32: 1, fUint32: 3 }),
    );
    expect(Lists.fromForm(parseForm(body('f_int32=1'), 'f_int32=2')).fInt32).toEqual([1, 2]);
  });

  test('a form without brackets is read as qs reads it', () => {
    const names = ['a', 'b', '__proto__', 'constructor'];
    const escaped = (text: string): string =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const value = fc.string({ unit: fc.constantFrom('x', ' ', '=', ',', '.', 'é', '世', '😀', '?', '/') });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 30 }), (pairs) => {
        const plain = pairs.map(([name, text]) => `${name}=${text.replaceAll(' ', '+')}`).join('&');
        const whole = pairs.map(([name, text]) => `${escaped(name)}=${escaped(text)}`).join('&');
        // What holds a bracket goes through qs.
        const bracket = 'other[]=1&';
        const read = (text: string): unknown => {
          const reader = parseForm(Buffer.from(text), undefined);
          return names.map((name) => [reader.string(name), reader.strings(name)]);
        };
        expect(read(plain)).toEqual(read(bracket + plain));
        expect(read(whole)).toEqual(read(plain));
        expect(read(bracket + whole)).toEqual(read(plain));
      }),
    );
  });

  test('a field may be called __proto__', () => {
    expect(Fields.fromForm(form('__proto__=a&constructor=b&toString=c'))).toEqual(
      Fields.create({ Proto: 'a', constructor$: 'b', toString$: 'c' }),
    );
  });

  test.each([
    ['a broken escape', 'f_string=%zz'],
    ['half an escape', 'f_string=%e'],
    ['an escape that is not UTF-8', 'f_string=%ff'],
    ['bytes that are not UTF-8', 'f_string=\xff'],
    ['1,001 keys', Array.from({ length: 1001 }, (_, i) => `k${i}=1`).join('&')],
  ])('%s makes the form malformed', (_, text) => {
    expect(refused(() => form(text))[0]).toBeUndefined();
  });
});
