import { ListValue, NullValue, Struct, Value } from '@pipit/runtime/google/protobuf/struct';
import { describe, expect, test } from 'vitest';

describe('Value, Struct and ListValue are any JSON', () => {
  test.each([
    ['null'],
    ['true'],
    ['0'],
    ['-1.5'],
    ['""'],
    ['"a\\"b"'],
    ['[]'],
    ['[null,[{}],{"a":[1]}]'],
    ['{}'],
    ['{"a":null,"b":{"c":[true,"x"]},"":1}'],
    ['{"@type":"just a key"}'],
  ])('%s', (json) => {
    const value = Value.fromJsonString(json, { strict: true });
    expect(Value.toJsonString(value)).toBe(json);
    expect(Value.decode(Value.encode(value))).toEqual(value);
  });

  test('what they are made of', () => {
    expect(Value.fromJson(null)).toEqual({ kind: { case: 'nullValue', value: NullValue.NULL_VALUE } });
    expect(Struct.toJson({ fields: { a: { kind: { case: 'numberValue', value: 1 } } } })).toEqual({ a: 1 });
    expect(ListValue.toJson({ values: [{ kind: { case: 'boolValue', value: false } }] })).toEqual([false]);
  });

  test('keys reach no prototype', () => {
    const json = '{"__proto__":{"polluted":true},"constructor":1,"toString":2}';
    const struct = Struct.fromJsonString(json);
    expect(Object.keys(struct.fields)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Struct.toJsonString(struct)).toBe(json);
    expect(Struct.decode(Struct.encode(struct))).toEqual(struct);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(struct.fields)).toBe(Object.prototype);
    expect(Object.keys(Struct.create(struct).fields)).toEqual(Object.keys(struct.fields));
  });

  test.each([
    [Struct, '[]', 'expected object, got a list'],
    [Struct, 'null', 'expected object, got null'],
    [ListValue, '{}', 'expected list, got an object'],
    [Value, '{"a":[1,tru]}', 'a[1]: expected value, got tru'],
    [Value, '', 'got the end'],
    [Value, '01', 'expected double, got 01'],
    [Value, '1e999', 'expected double, got 1e999'],
    [Struct, '{"a":{"b":[1,{"c":nul}]}}', 'a.b[1].c: expected value, got nul'],
  ])('%o of %s is refused', (type, json, message) => {
    expect(() => (type as typeof Value).fromJsonString(json)).toThrow(message);
  });

  test('what JSON cannot hold is refused', () => {
    expect(() => Value.toJson({})).toThrow(/no kind/);
    expect(() => Value.toJson({ kind: { case: 'numberValue', value: NaN } })).toThrow(/finite/);
    expect(() => Value.toJson({ kind: { case: 'numberValue', value: -Infinity } })).toThrow(/finite/);
    expect(() => ListValue.toJson({ values: [{}] })).toThrow(/no kind/);
  });

  test('they nest 100 deep and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(Value.toJsonString(Value.fromJsonString(nested(100)))).toBe(nested(100));
    expect(() => Value.fromJsonString(nested(101))).toThrow(/deeper than 100/);
  });
});
