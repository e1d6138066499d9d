import { Empty } from '@pipit/runtime/google/protobuf/empty';
import { FieldMask } from '@pipit/runtime/google/protobuf/field_mask';
import {
  BoolValue,
  BytesValue,
  DoubleValue,
  FloatValue,
  Int32Value,
  Int64Value,
  StringValue,
  UInt32Value,
  UInt64Value,
} from '@pipit/runtime/google/protobuf/wrappers';
import { describe, expect, test } from 'vitest';

describe('FieldMask', () => {
  test.each([
    [[], ''],
    [['a'], 'a'],
    [['user_name', 'address.zip_code'], 'userName,address.zipCode'],
    [['a_b_c1.d2'], 'aBC1.d2'],
  ])('%o is "%s"', (paths, json) => {
    expect(FieldMask.toJson({ paths })).toBe(json);
    expect(FieldMask.fromJson(json)).toEqual({ paths });
  });

  test.each(['userName', 'a__b', 'a_', 'a_1', '_1', 'a-b', 'a b', 'A'])(
    'path "%s" cannot be read back, and is refused',
    (path) => {
      expect(() => FieldMask.toJson({ paths: [path] })).toThrow(`path "${path}" of a FieldMask`);
    },
  );

  test.each(['"user_name"', '1', '["a"]'])('%s is refused', (json) => {
    expect(() => FieldMask.fromJsonString(json)).toThrow(
      /expected a field mask like "userName,address.city", got/,
    );
  });
});

describe('wrappers', () => {
  test.each([
    [DoubleValue, 1.5, '1.5'],
    [DoubleValue, NaN, '"NaN"'],
    [FloatValue, Math.fround(0.1), '0.1'],
    [Int64Value, -(2n ** 63n), '"-9223372036854775808"'],
    [UInt64Value, 2n ** 64n - 1n, '"18446744073709551615"'],
    [Int32Value, -1, '-1'],
    [UInt32Value, 4294967295, '4294967295'],
    [BoolValue, true, 'true'],
    [StringValue, 'x', '"x"'],
    [BytesValue, new Uint8Array([255]), '"/w=="'],
    [Int32Value, 0, '0'],
    [StringValue, '', '""'],
    // oxlint-disable-next-line typescript/no-explicit-any
  ] as [any, unknown, string][])('%o of %s', (type, value, json) => {
    expect(type.toJsonString({ value })).toBe(json);
    expect(type.fromJsonString(json)).toEqual({ value });
    expect(type.decode(type.encode({ value }))).toEqual({ value });
  });

  test('digits of 64-bit numbers are kept, bare too', () => {
    expect(UInt64Value.fromJsonString('18446744073709551615')).toEqual({ value: 2n ** 64n - 1n });
    expect(Int64Value.fromJsonString('9007199254740993')).toEqual({ value: 9007199254740993n });
  });

  test.each([
    [Int32Value, '"x"', 'expected int32, got "x"'],
    [Int32Value, '2147483648', 'expected int32, got 2147483648'],
    [UInt64Value, '-1', 'expected uint64, got -1'],
    [BoolValue, '"true"', 'expected bool, got "true"'],
    [BytesValue, '"*"', 'expected base64, got "*"'],
    [StringValue, 'null', 'expected string, got null'],
    [FloatValue, '1e39', 'expected float, got 1e39'],
    // oxlint-disable-next-line typescript/no-explicit-any
  ] as [any, string, string][])('%o refuses %s', (type, json, message) => {
    expect(() => type.fromJsonString(json)).toThrow(message);
  });
});

test('Empty is an empty object', () => {
  expect(Empty.toJson({})).toEqual({});
  expect(Empty.fromJsonString('{"any":"thing"}')).toEqual({});
  expect(() => Empty.fromJsonString('{"any":"thing"}', { strict: true })).toThrow('unknown field "any"');
  expect(() => Empty.fromJsonString('null')).toThrow('expected object, got null');
});
