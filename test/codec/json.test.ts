import { describe, expect, test } from 'vitest';
import { Color, Size, Size_Unit } from '../gen/shop/v1/common.pb.ts';
import { Choice, Lists, Longs, Maps, Optionals, Scalars } from '../gen/shop/v1/scalars.pb.ts';
import { Fields } from '../gen/nasty/names.pb.ts';

const full = {
  fDouble: 1.5,
  fFloat: Math.fround(0.1),
  fInt32: -2147483648,
  fInt64: -9223372036854775808n,
  fUint32: 4294967295,
  fUint64: 18446744073709551615n,
  fSint32: -1,
  fSint64: 9007199254740993n,
  fFixed32: 4294967295,
  fFixed64: 1n,
  fSfixed32: -1,
  fSfixed64: -1n,
  fBool: true,
  fString: 'quote " back \\ new\nline \u0000 grüße 👋 \u2028',
  fBytes: new Uint8Array([0, 255, 254, 62]),
  fColor: Color.COLOR_RED,
  fSize: { width: 3, height: -4, unit: Size_Unit.UNIT_CM },
};

const emptyScalars = {
  f_double: 0,
  f_float: 0,
  f_int32: 0,
  f_int64: '0',
  f_uint32: 0,
  f_uint64: '0',
  f_sint32: 0,
  f_sint64: '0',
  f_fixed32: 0,
  f_fixed64: '0',
  f_sfixed32: 0,
  f_sfixed64: '0',
  f_bool: false,
  f_string: '',
  f_bytes: '',
  f_color: 'COLOR_UNSPECIFIED',
  f_size: null,
};

describe('JSON out', () => {
  test('proto names, 64-bit as strings, enum names, base64', () => {
    expect(Scalars.toJson(full)).toEqual({
      f_double: 1.5,
      f_float: 0.1,
      f_int32: -2147483648,
      f_int64: '-9223372036854775808',
      f_uint32: 4294967295,
      f_uint64: '18446744073709551615',
      f_sint32: -1,
      f_sint64: '9007199254740993',
      f_fixed32: 4294967295,
      f_fixed64: '1',
      f_sfixed32: -1,
      f_sfixed64: '-1',
      f_bool: true,
      f_string: full.fString,
      f_bytes: 'AP/+Pg==',
      f_color: 'COLOR_RED',
      f_size: { width: 3, height: -4, unit: 'UNIT_CM' },
    });
  });

  test('defaults are written unless asked not to', () => {
    expect(Scalars.toJson({})).toEqual(emptyScalars);
    expect(Scalars.toJsonString({}, { emitDefaults: false })).toBe('{}');
    expect(Lists.toJson({})).toHaveProperty('f_int32', []);
    expect(Maps.toJson({})).toHaveProperty('by_string', {});
    expect(Optionals.toJson({})).toEqual({ f_size: null });
    expect(Optionals.toJson({ fInt32: 0, fString: '' }, { emitDefaults: false })).toEqual({
      f_int32: 0,
      f_string: '',
    });
    expect(Maps.toJsonString(Maps.create(), { emitDefaults: false })).toBe('{}');
    expect(Choice.toJson({})).toEqual({ children: [] });
    expect(Choice.toJson({ pick: { case: 'number', value: 0 } })).toEqual({ number: 0, children: [] });
  });

  test('camel names', () => {
    expect(Scalars.toJson({ fInt32: 1 }, { jsonNames: 'camel', emitDefaults: false })).toEqual({ fInt32: 1 });
    expect(Fields.toJsonString({ renamed: 'x' }, { jsonNames: 'camel', emitDefaults: false })).toBe(
      JSON.stringify({ 'some "name" 名': 'x' }).replace('名', '\\u540d'),
    );
  });

  test('numbers', () => {
    const number = (fDouble: number): unknown =>
      JSON.parse(Scalars.toJsonString({ fDouble }, { emitDefaults: false })).f_double;
    for (const value of [
      1e21, 1e-7, 123456789012345, 1e15, -1e15, 1.7976931348623157e308, 5e-324, 0.1, 4294967296,
    ]) {
      expect(number(value)).toBe(value);
    }
    expect(number(NaN)).toBe('NaN');
    expect(number(-Infinity)).toBe('-Infinity');
    expect(Object.is(number(-0), -0)).toBe(true);
    expect(Scalars.toJsonString({ fColor: 77 as Color }, { emitDefaults: false })).toBe('{"f_color":77}');
    expect(Scalars.toJsonString({ fColor: Color.COLOR_CRIMSON }, { emitDefaults: false })).toBe(
      '{"f_color":"COLOR_RED"}',
    );
  });

  test('maps and lists', () => {
    const json = {
      by_int32: { '-5': { width: 1, height: 0, unit: 'UNIT_UNSPECIFIED' } },
      by_bool: { true: 'COLOR_RED' },
      to_int64: { 'a"b': '-1' },
    };
    const maps = {
      byInt32: { [-5]: { width: 1 } },
      byBool: { true: Color.COLOR_RED },
      toInt64: { 'a"b': -1n },
    };
    expect(Maps.toJson(maps)).toMatchObject(json);
    expect(Maps.fromJson(Maps.toJson(maps))).toEqual(Maps.create(maps));
    expect(Lists.toJsonString({ fInt32: [1, 2], fSize: [{}, {}] }, { emitDefaults: false })).toBe(
      '{"f_int32":[1,2],"f_size":[{},{}]}',
    );
  });

  test('the unset data of an envelope', () => {
    expect(Scalars.toJson({}, { envelope: true })).toEqual(emptyScalars);
  });

  test('long and odd strings', () => {
    for (const text of [
      'x'.repeat(100),
      '\\'.repeat(70),
      'ü'.repeat(70),
      '\u0007',
      '"',
      '\ud83c',
      `${'a'.repeat(64)}"`,
    ]) {
      const back = JSON.parse(Scalars.toJsonString({ fString: text }, { emitDefaults: false })) as {
        f_string: string;
      };
      expect(back.f_string).toBe(text.toWellFormed());
    }
  });
});

describe('JSON in', () => {
  test('what is written is read back', () => {
    for (const jsonNames of ['proto', 'camel'] as const) {
      expect(Scalars.fromJsonBytes(Scalars.toJsonBytes(full, { jsonNames }))).toEqual(Scalars.create(full));
    }
    const longs = { text: '-9223372036854775808', number: 5, texts: ['-1'], numbers: [7], plain: { a: 1n } };
    expect(Longs.fromJsonString(Longs.toJsonString(longs))).toEqual(Longs.create(longs));
  });

  test.each([
    ['{}', {}],
    [' \t\r\n{ \n"f_int32" : 1 , "fUint32":2 } ', { fInt32: 1, fUint32: 2 }],
    ['{"f_int32":"12"}', { fInt32: 12 }],
    ['{"f_int32":12.0}', { fInt32: 12 }],
    ['{"f_int32":1.2e1,"f_uint32":"120e-1"}', { fInt32: 12, fUint32: 12 }],
    ['{"f_int32":-0}', { fInt32: 0 }],
    ['{"f_int64":9007199254740993}', { fInt64: 9007199254740993n }],
    [
      '{"f_int64":"-9223372036854775808","f_uint64":18446744073709551615}',
      { fInt64: -9223372036854775808n, fUint64: 18446744073709551615n },
    ],
    ['{"f_int64":1e3}', { fInt64: 1000n }],
    ['{"f_int64":9.223372036854775807e18}', { fInt64: 9223372036854775807n }],
    ['{"f_double":"NaN"}', { fDouble: NaN }],
    ['{"f_double":"-Infinity","f_float":"1.5"}', { fDouble: -Infinity, fFloat: 1.5 }],
    ['{"f_double":1e-400}', { fDouble: 0 }],
    ['{"f_string":"\\u0041\\n\\ud83d\\udc4b\\/"}', { fString: 'A\n👋/' }],
    ['{"f_bytes":"aGk"}', { fBytes: new Uint8Array([104, 105]) }],
    ['{"f_bytes":"-_8="}', { fBytes: new Uint8Array([251, 255]) }],
    ['{"f_bytes":"\\/\\/8"}', { fBytes: new Uint8Array([255, 255]) }],
    ['{"f_color":"COLOR_CRIMSON"}', { fColor: Color.COLOR_RED }],
    ['{"f_color":-1}', { fColor: Color.COLOR_NEGATIVE }],
    ['{"f_color":77}', { fColor: 77 as Color }],
    ['{"f_int32":null,"f_size":null,"f_string":null,"f_color":null}', {}],
    ['{"unknown":{"a":[1,{"b":null}],"c":"}"},"f_int32":1}', { fInt32: 1 }],
    ['{"__proto__":{"f_int32":5},"constructor":1,"f_int32":1}', { fInt32: 1 }],
    ['{"\\u0066_int32":7}', { fInt32: 7 }],
    ['{"F_INT32":7}', {}],
    ['{"f_int32":1,"f_int32":2}', { fInt32: 2 }],
  ])('%s', (json, expected) => {
    expect(Scalars.fromJsonString(json)).toEqual(Scalars.create(expected));
  });

  test.each([
    ['', 'expected object, got the end'],
    ['null', 'expected object, got null'],
    ['[]', 'expected object, got a list'],
    ['"x"', 'expected object, got "x"'],
    ['{"f_int32":"x"}', 'f_int32: expected int32, got "x"'],
    ['{"f_int32":" 12"}', 'f_int32: expected int32, got " 12"'],
    ['{"f_int32":12.5}', 'f_int32: expected int32, got 12.5'],
    ['{"f_int32":2147483648}', 'f_int32: expected int32, got 2147483648'],
    ['{"f_int32":1e1000000000}', 'f_int32: expected int32, got 1e1000000000'],
    ['{"f_int32":012}', 'f_int32: expected int32, got 012'],
    ['{"f_int32":true}', 'f_int32: expected int32, got true'],
    ['{"f_int32":""}', 'f_int32: expected int32, got ""'],
    ['{"f_int32":{}}', 'f_int32: expected int32, got an object'],
    ['{"f_uint32":-1}', 'f_uint32: expected uint32, got -1'],
    ['{"f_int64":"9223372036854775808"}', 'f_int64: expected int64, got "9223372036854775808"'],
    ['{"f_uint64":-1}', 'f_uint64: expected uint64, got -1'],
    ['{"f_double":1e400}', 'f_double: expected double, got 1e400'],
    ['{"f_double":NaN}', 'f_double: expected double, got NaN'],
    ['{"f_float":1e39}', 'f_float: expected float, got 1e39'],
    ['{"f_float":"x"}', 'f_float: expected float, got "x"'],
    ['{"f_bool":"true"}', 'f_bool: expected bool, got "true"'],
    ['{"f_string":1}', 'f_string: expected string, got 1'],
    ['{"f_string":"\\ud83c"}', 'f_string: string has a lone surrogate'],
    ['{"f_string":"a\nb"}', 'f_string: expected string, got "a\nb"'],
    ['{"f_string":"abc', 'f_string: expected string, got "abc'],
    ['{"f_bytes":"!!"}', 'f_bytes: expected base64, got "!!"'],
    ['{"f_color":1.5}', 'f_color: expected int32, got 1.5'],
    ['{"f_size":{"width":"x"}}', 'f_size.width: expected int32, got "x"'],
    ['{"f_int32":1,}', 'expected a key in quotes, got } at byte 13'],
    ['{f_int32:1}', 'expected a key in quotes, got f_int32 at byte 1'],
    ['{"f_int32" 1}', "expected ':', got 1 at byte 11"],
    ['{"f_int32":1 "f_uint32":1}', `expected ',' or '}', got "f_uint32" at byte 13`],
    ['{"f_int32":1}x', 'expected the end, got x at byte 13'],
    ['{"f_int32":1', "expected ',' or '}', got the end at byte 12"],
    ['{"x":nope}', 'x: expected value, got nope'],
    ['{"x":[1,]}', 'x[1]: expected value, got ]'],
    ['{"x":"\\ud800"}', 'x: string has a lone surrogate'],
  ])('%s is refused', (json, message) => {
    expect(() => Scalars.fromJsonString(json)).toThrow(message);
  });

  test('errors name the path in lists and maps', () => {
    expect(() => Lists.fromJsonString('{"f_int32":[1,2,"x"]}')).toThrow(
      'f_int32[2]: expected int32, got "x"',
    );
    expect(() => Lists.fromJsonString('{"f_string":["},["],"f_size":[{},{"unit":[]}]}')).toThrow(
      'f_size[1].unit: expected int32, got a list',
    );
    expect(() => Lists.fromJsonString('{"f_int32":[null]}')).toThrow('f_int32[0]: expected int32, got null');
    expect(() => Lists.fromJsonString('{"f_int32":5}')).toThrow('f_int32: expected list, got 5');
    expect(() => Maps.fromJsonString('{"by_int32":{"1":{"width":1},"2":{"width":"y"}}}')).toThrow(
      'by_int32.2.width: expected int32, got "y"',
    );
    expect(() => Maps.fromJsonString('{"by_int32":{"x":{}}}')).toThrow(
      'expected a key of kind int32, got "x"',
    );
    expect(() => Maps.fromJsonString('{"to_int64":{"a":null}}')).toThrow(
      'to_int64.a: expected int64, got null',
    );
    expect(() => Maps.fromJsonString('{"by_bool":{"yes":1}}')).toThrow(
      'expected a key of kind bool, got "yes"',
    );
  });

  test('invalid UTF-8 and a byte order mark are refused', () => {
    const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
    expect(() => Scalars.fromJsonBytes(bytes('{"f_string":"\xff"}'))).toThrow(
      'f_string: string is not valid UTF-8',
    );
    expect(() => Scalars.fromJsonBytes(bytes('{"other":"\xff"}'))).toThrow(
      'other: string is not valid UTF-8',
    );
    expect(() => Scalars.fromJsonBytes(bytes('\xef\xbb\xbf{}'))).toThrow(/expected object/);
    expect(() => Scalars.fromJsonBytes(bytes('\xff\xfe{\0}\0'))).toThrow(/expected object/);
  });

  test('two members of a oneof are refused, null is none', () => {
    expect(() => Choice.fromJsonString('{"name":"a","number":1}')).toThrow(
      /second member of a oneof, after name/,
    );
    expect(Choice.fromJsonString('{"name":null,"number":1}').pick).toEqual({ case: 'number', value: 1 });
  });

  test('depth is limited to 100', () => {
    const nested = (depth: number): string => '{"again":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);
    expect(() => Choice.fromJsonString(nested(100))).not.toThrow();
    expect(() => Choice.fromJsonString(nested(101))).toThrow(/deeper than 100/);
    expect(() => Choice.fromJsonString(`{"x":${'['.repeat(100000)}`)).toThrow(/deeper than 100/);
  });

  test('strict refuses unknown fields and duplicate keys', () => {
    const strict = { strict: true };
    expect(() => Scalars.fromJsonString('{"nope":1}', strict)).toThrow('unknown field "nope"');
    expect(() => Scalars.fromJsonString('{"f_int32":1,"fInt32":2}', strict)).toThrow(
      'duplicate key "fInt32"',
    );
    expect(() => Scalars.fromJsonString('{"f_size":{"width":1,"width":1}}', strict)).toThrow(
      'duplicate key "width"',
    );
    expect(() => Maps.fromJsonString('{"by_string":{"a":"","a":""}}', strict)).toThrow('duplicate key "a"');
    expect(Lists.fromJsonString('{"f_size":[{"width":1},{"width":1}]}', strict).fSize).toHaveLength(2);
  });

  test('keys reach no prototype', () => {
    const maps = Maps.fromJsonString('{"by_string":{"__proto__":"x","constructor":"y"}}');
    expect(Object.keys(maps.byString)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(Fields.fromJsonString('{"__proto__":"a","constructor":"b","_1":"c","toString":"d"}')).toEqual(
      Fields.create({ Proto: 'a', constructor$: 'b', '1': 'c', toString$: 'd' }),
    );
  });

  test('a name the enum does not have leaves the field as it was, and is no element; strict refuses it', () => {
    expect(Scalars.fromJsonString('{"f_color":"NOPE","f_int32":1}')).toEqual(Scalars.create({ fInt32: 1 }));
    expect(Scalars.fromJsonString('{"f_color":"COLOR_RED","fColor":"NOPE"}').fColor).toBe(Color.COLOR_RED);
    expect(Lists.fromJsonString('{"f_color":["NOPE","COLOR_RED","N\\u004fPE"]}').fColor).toEqual([
      Color.COLOR_RED,
    ]);
    expect({ ...Maps.fromJsonString('{"by_bool":{"true":"NOPE","false":"COLOR_RED"}}').byBool }).toEqual({
      false: Color.COLOR_RED,
    });
    expect(Size.fromJson({ unit: 'UNIT_CM' }).unit).toBe(Size_Unit.UNIT_CM);
    expect(Scalars.fromJsonString('{"f_color":77}').fColor).toBe(77);
    for (const json of ['{"f_color":"NOPE"}', '{"f_color":"1"}', '{"f_size":{"unit":"NOPE"}}']) {
      expect(() => Scalars.fromJsonString(json, { strict: true })).toThrow(/expected a value of .*, got "/);
    }
    expect(() => Lists.fromJsonString('{"f_color":["COLOR_RED","NOPE"]}', { strict: true })).toThrow(
      'f_color[1]: expected a value of shop.v1.Color, got "NOPE"',
    );
  });
});
