import { createRegistry } from '@pipit/runtime/codec';
import { Any } from '@pipit/runtime/google/protobuf/any';
import { Duration } from '@pipit/runtime/google/protobuf/duration';
import { NullValue } from '@pipit/runtime/google/protobuf/struct';
import { describe, expect, test } from 'vitest';
import { All, type AllInit } from '../gen/wkt/all.pb.ts';

describe('well-known types in a message', () => {
  test('come from the runtime, and keep their JSON', () => {
    const message: AllInit = {
      timestamp: { seconds: 1n, nanos: 5_000_000 },
      duration: { seconds: -1n },
      fieldMask: { paths: ['user_name'] },
      struct: { fields: { a: { kind: { case: 'nullValue', value: 0 } } } },
      value: { kind: { case: 'stringValue', value: 'x' } },
      listValue: { values: [{ kind: { case: 'numberValue', value: 1 } }] },
      empty: {},
      int64: { value: 5n },
      string: {},
      bytes: { value: new Uint8Array([1]) },
      durations: { a: { nanos: 1 } },
      pick: { case: 'pickedString', value: { value: '' } },
    };
    const json = All.toJson(message, { emitDefaults: false });
    expect(json).toEqual({
      timestamp: '1970-01-01T00:00:01.005Z',
      duration: '-1s',
      field_mask: 'userName',
      struct: { a: null },
      value: 'x',
      list_value: [1],
      empty: {},
      int64: '5',
      string: '',
      bytes: 'AQ==',
      durations: { a: '0.000000001s' },
      picked_string: '',
    });
    expect(All.fromJson(json)).toEqual(All.create(message));
    expect(All.decode(All.encode(message))).toEqual(All.create(message));
  });

  test('null is unset, but for Value and NullValue', () => {
    const names = [
      'timestamp',
      'struct',
      'list_value',
      'any',
      'int64',
      'string',
      'timestamps',
      'durations',
      'picked_string',
    ];
    expect(All.fromJson(Object.fromEntries(names.map((name) => [name, null])))).toEqual(All.create());
    expect(All.fromJson({ value: null }).value).toEqual({ kind: { case: 'nullValue', value: 0 } });
    expect(All.fromJson({ picked_value: null }).pick).toEqual({
      case: 'pickedValue',
      value: { kind: { case: 'nullValue', value: 0 } },
    });
    expect(All.fromJson({ picked_null: null }).pick).toEqual({
      case: 'pickedNull',
      value: NullValue.NULL_VALUE,
    });
    expect(All.fromJson({ maybe_null: null }).maybeNull).toBe(0);
    expect(All.fromJson({ null_value: 'NULL_VALUE' }).nullValue).toBe(0);
    expect(All.fromJson({ values: [null], value_map: { a: null } })).toEqual(
      All.create({
        values: [{ kind: { case: 'nullValue', value: 0 } }],
        valueMap: { a: { kind: { case: 'nullValue', value: 0 } } },
      }),
    );
  });

  test.each([
    ['{"timestamp":"x"}', 'timestamp: expected an RFC 3339 time, got "x"'],
    ['{"timestamps":["1970-01-01T00:00:00Z","y"]}', 'timestamps[1]: expected an RFC 3339 time, got "y"'],
    ['{"timestamps":[null]}', 'timestamps[0]: expected an RFC 3339 time, got null'],
    ['{"durations":{"a":"1s","b":"1"}}', 'durations.b: expected a duration like "1.5s", got "1"'],
    ['{"duration":"315576000001s"}', 'duration: expected a duration like "1.5s", got "315576000001s"'],
    ['{"field_mask":"a_b"}', 'field_mask: expected a field mask like "userName,address.city", got "a_b"'],
    ['{"struct":[]}', 'struct: expected object, got a list'],
    ['{"struct":{"a":[1,{"b":tru}]}}', 'struct.a[1].b: expected value, got tru'],
    ['{"list_value":{}}', 'list_value: expected list, got an object'],
    ['{"int64s":["1","x"]}', 'int64s[1]: expected int64, got "x"'],
    ['{"int64s":[null]}', 'int64s[0]: expected int64, got null'],
    ['{"int32":2147483648}', 'int32: expected int32, got 2147483648'],
    ['{"empty":1}', 'empty: expected object, got 1'],
    ['{"any":{"a":1}}', 'any: an Any needs a member "@type"'],
    ['{"anys":[{},{"@type":"x/no.Such"}]}', 'anys[1]: "@type" is no.Such, which is not in the registry'],
    ['{"picked_value":null,"picked_null":null}', 'a second member of a oneof, after pickedValue'],
  ])('%s names its place', (json, message) => {
    expect(() => All.fromJsonString(json)).toThrow(message);
  });

  test('an Any holds messages that hold others', () => {
    const registry = createRegistry(All, Any, Duration);
    const json = {
      any: {
        '@type': 'x/wkt.All',
        duration: '1s',
        any: { '@type': 'x/google.protobuf.Duration', value: '2s' },
      },
    };
    const message = All.fromJson(json, { registry, strict: true });
    expect(All.toJson(message, { registry, emitDefaults: false })).toEqual(json);
    expect(() =>
      All.fromJsonString('{"any":{"@type":"x/wkt.All","any":{"@type":"x/wkt.All","duration":1}}}', {
        registry,
      }),
    ).toThrow('any.any.duration: expected a duration like "1.5s", got 1');
  });
});
