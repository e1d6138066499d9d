import type { JsonValue } from '@pipit/runtime';
import { expect, test } from 'vitest';
import type { RequiredJson } from './gen/proto2/types.json.ts';
import { Defaults, Required } from './gen/proto2/types.pb.ts';
import type {
  ChoiceJson,
  ChoiceJsonInit,
  ListsJson,
  LongsJson,
  MapsJson,
  OptionalsJson,
  ScalarsJson,
  ScalarsJsonInit,
} from './gen/shop/v1/scalars.json.ts';
import { Choice, Lists, Longs, Maps, Optionals, Scalars } from './gen/shop/v1/scalars.pb.ts';
import type { AllJson, AllJsonInit } from './gen/wkt/all.json.ts';
import { All } from './gen/wkt/all.pb.ts';

// The types of `.json.ts` files say what a server answers: every literal here is checked twice, by the compiler
// against the type and by the test against the codec.

test('what is always there, and what it is when unset', () => {
  const scalars: ScalarsJson = {
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
  expect(Scalars.toJson({})).toEqual(scalars);
  const optionals: OptionalsJson = { f_size: null };
  expect(Optionals.toJson({})).toEqual(optionals);
  const choice: ChoiceJson = { children: [] };
  expect(Choice.toJson({})).toEqual(choice);
  const maps: MapsJson = {
    by_string: {},
    by_int32: {},
    by_bool: {},
    by_int64: {},
    by_uint64: {},
    by_fixed32: {},
    to_int64: {},
  };
  expect(Maps.toJson({})).toEqual(maps);
  const all: AllJson = {
    timestamp: null,
    duration: null,
    field_mask: null,
    struct: null,
    list_value: null,
    null_value: null,
    any: null,
    empty: null,
    double: null,
    float: null,
    int64: null,
    uint64: null,
    int32: null,
    uint32: null,
    bool: null,
    string: null,
    bytes: null,
    timestamps: [],
    durations: {},
    values: [],
    int64s: [],
    anys: [],
    value_map: {},
  };
  expect(All.toJson({})).toEqual(all);
  const required: RequiredJson = {
    number: 0,
    text: 'preset',
    raw: '',
    level: 'LEVEL_LOW',
    big: '7',
    children: [],
  };
  expect(Required.toJson({ number: 0, text: 'preset', raw: new Uint8Array(), level: 2, big: 7n })).toEqual(
    required,
  );
  expect(Defaults.toJson({})).toEqual({});
});

test('what it is when set', () => {
  const optionals: OptionalsJson = {
    f_double: 'NaN',
    f_float: '-Infinity',
    f_int32: 1,
    f_int64: '9223372036854775807',
    f_uint32: 2,
    f_uint64: '18446744073709551615',
    f_bool: false,
    f_string: '',
    f_bytes: 'AQ==',
    f_color: 77,
    f_size: null,
  };
  expect(
    Optionals.toJson({
      fDouble: NaN,
      fFloat: -Infinity,
      fInt32: 1,
      fInt64: 9223372036854775807n,
      fUint32: 2,
      fUint64: 18446744073709551615n,
      fBool: false,
      fString: '',
      fBytes: Uint8Array.of(1),
      fColor: 77 as never,
    }),
  ).toEqual(optionals);
  const longs: LongsJson = { text: '1', number: '2', texts: ['3'], numbers: ['4'], plain: { a: '5' } };
  expect(Longs.toJson({ text: '1', number: 2, texts: ['3'], numbers: [4], plain: { a: 5n } })).toEqual(longs);
  const { f_bytes, f_int64 }: ListsJson = Lists.toJson({
    fBytes: [Uint8Array.of(255)],
    fInt64: [1n],
  }) as unknown as ListsJson;
  expect([f_bytes, f_int64]).toEqual([['/w=='], ['1']]);
});

test('what is answered may be sent back, and what is sent is read', () => {
  const all: AllJsonInit = {
    timestamp: '2026-01-02T03:04:05Z',
    duration: '1.500s',
    field_mask: 'a,b.c',
    struct: { a: [1, null, { b: 'x' }] },
    value: [true],
    list_value: [1, 'x'],
    null_value: null,
    any: {},
    empty: {},
    double: 'NaN',
    float: 0.5,
    int64: '-1',
    uint64: 1,
    int32: 1,
    uint32: 1,
    bool: true,
    string: 'x',
    bytes: 'AQ',
    timestamps: ['1970-01-01T00:00:00Z'],
    durations: { a: '0s' },
    values: [null],
    int64s: ['1', 2],
    anys: [{}],
    picked_string: 'x',
    value_map: { a: null },
  };
  const answered = All.toJson(All.fromJson(all as JsonValue)) as unknown as AllJson;
  expect(answered).toMatchObject({ uint64: '1', bytes: 'AQ==', int64s: ['1', '2'], picked_string: 'x' });
  const back: AllJsonInit = answered;
  expect(All.toJson(All.fromJson(back as JsonValue))).toEqual(answered);

  const nulls: ChoiceJsonInit = { name: null, children: null };
  expect(Choice.toJson(Choice.fromJson(nulls as JsonValue))).toEqual({ children: [] });
  const scalars: ScalarsJsonInit = { f_int64: 5, f_color: 0, f_size: null, f_string: undefined };
  expect(Scalars.fromJsonString(JSON.stringify(scalars))).toMatchObject({ fInt64: 5n, fColor: 0 });
});
