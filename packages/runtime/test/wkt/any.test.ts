import { createRegistry } from '@pipit/runtime/codec';
import { Any } from '@pipit/runtime/google/protobuf/any';
import { Duration } from '@pipit/runtime/google/protobuf/duration';
import { Empty } from '@pipit/runtime/google/protobuf/empty';
import { FieldMask } from '@pipit/runtime/google/protobuf/field_mask';
import { SourceContext } from '@pipit/runtime/google/protobuf/source_context';
import { Struct, Value } from '@pipit/runtime/google/protobuf/struct';
import { Int64Value } from '@pipit/runtime/google/protobuf/wrappers';
import { describe, expect, test } from 'vitest';
import { anyIs, anyPack, anyUnpack } from '@pipit/runtime/wkt';

const registry = createRegistry(Any, Duration, Empty, FieldMask, SourceContext, Struct, Value, Int64Value);
const url = (name: string): string => `type.googleapis.com/google.protobuf.${name}`;

describe('helpers', () => {
  const any = anyPack(SourceContext, { fileName: 'a.proto' });

  test('pack and unpack', () => {
    expect(any.typeUrl).toBe(url('SourceContext'));
    expect(anyUnpack(any, SourceContext)).toEqual({ fileName: 'a.proto' });
    expect(anyUnpack(any, Duration)).toBeUndefined();
    expect(anyUnpack({}, SourceContext)).toBeUndefined();
    expect(anyUnpack({ typeUrl: url('SourceContext') }, SourceContext)).toEqual({ fileName: '' });
  });

  test('is', () => {
    expect(anyIs(any, SourceContext)).toBe(true);
    expect(anyIs(any, 'google.protobuf.SourceContext')).toBe(true);
    expect(anyIs(any, 'SourceContext')).toBe(false);
    expect(anyIs(any, Duration)).toBe(false);
    expect(anyIs({ typeUrl: 'google.protobuf.SourceContext' }, SourceContext)).toBe(false);
    expect(anyIs({ typeUrl: '/google.protobuf.SourceContext' }, SourceContext)).toBe(true);
    expect(anyIs({}, '')).toBe(false);
  });

  test('another prefix', () => {
    for (const prefix of ['example.com/types', 'example.com/types/']) {
      const packed = anyPack(SourceContext, {}, prefix);
      expect(packed.typeUrl).toBe('example.com/types/google.protobuf.SourceContext');
      expect(anyIs(packed, SourceContext)).toBe(true);
    }
  });

  test('what was packed does not change with later messages', () => {
    const before = [...any.value];
    for (let i = 0; i < 5000; i++) SourceContext.encode({ fileName: 'x'.repeat(40) });
    expect([...any.value]).toEqual(before);
    expect(any.value.buffer.byteLength).toBe(any.value.length);
  });

  test('bytes that are no such message are a DecodeError', () => {
    expect(() => anyUnpack({ typeUrl: url('Duration'), value: new Uint8Array([8]) }, Duration)).toThrow(
      /truncated/,
    );
  });
});

describe('JSON', () => {
  test.each([
    [
      'fields beside @type',
      anyPack(SourceContext, { fileName: 'a' }),
      { '@type': url('SourceContext'), file_name: 'a' },
    ],
    ['no fields', anyPack(Empty, {}), { '@type': url('Empty') }],
    [
      'a type with a JSON of its own',
      anyPack(Duration, { seconds: 1n }),
      { '@type': url('Duration'), value: '1s' },
    ],
    ['a wrapper', anyPack(Int64Value, { value: 5n }), { '@type': url('Int64Value'), value: '5' }],
    [
      'null',
      anyPack(Value, { kind: { case: 'nullValue', value: 0 } }),
      { '@type': url('Value'), value: null },
    ],
    [
      'a Struct',
      anyPack(Struct, { fields: { a: { kind: { case: 'boolValue', value: true } } } }),
      { '@type': url('Struct'), value: { a: true } },
    ],
    [
      'an Any',
      anyPack(Any, anyPack(Duration, { seconds: 2n })),
      { '@type': url('Any'), value: { '@type': url('Duration'), value: '2s' } },
    ],
    ['nothing', Any.create(), {}],
  ])('%s', (_, any, json) => {
    expect(Any.toJson(any, { registry })).toEqual(json);
    expect(Any.fromJson(json, { registry, strict: true })).toEqual(any);
  });

  test('@type may come anywhere', () => {
    const packed = anyPack(SourceContext, { fileName: 'a' });
    expect(Any.fromJsonString(`{"fileName":"a","@type":"${url('SourceContext')}"}`, { registry })).toEqual(
      packed,
    );
    const duration = anyPack(Duration, { seconds: 1n });
    expect(Any.fromJsonString(`{"value":"1s","@type":"${url('Duration')}"}`, { registry })).toEqual(duration);
  });

  test.each([
    ['{"file_name":"a"}', 'an Any needs a member "@type"'],
    ['{"@type":""}', '"@type" is "", but must end in / and the name of a message'],
    ['{"@type":"google.protobuf.Duration"}', 'must end in / and the name of a message'],
    ['{"@type":"x/"}', 'must end in / and the name of a message'],
    ['{"@type":"x/no.Such"}', '"@type" is no.Such, which is not in the registry'],
    ['{"@type":1}', 'expected string, got 1'],
    [`{"@type":"${url('Duration')}"}`, 'an Any of this type needs a member "value"'],
    [`{"@type":"${url('Duration')}","value":1}`, 'value: expected a duration like "1.5s", got 1'],
    [`{"@type":"${url('SourceContext')}","file_name":1}`, 'file_name: expected string, got 1'],
    [
      `{"@type":"${url('Any')}","value":{"@type":"${url('Duration')}","value":"x"}}`,
      'value.value: expected a duration',
    ],
    ['[]', 'expected object, got a list'],
  ])('%s is refused', (json, message) => {
    expect(() => Any.fromJsonString(json, { registry })).toThrow(message);
  });

  test('strict refuses what is neither @type nor value nor a field', () => {
    const strict = { registry, strict: true };
    expect(() => Any.fromJsonString(`{"@type":"${url('SourceContext')}","nope":1}`, strict)).toThrow(
      'unknown field "nope"',
    );
    expect(() => Any.fromJsonString(`{"@type":"${url('Duration')}","value":"1s","nope":1}`, strict)).toThrow(
      'unknown field "nope"',
    );
  });

  test('without a registry a message has no JSON, and the error says what to do', () => {
    expect(() => Any.toJson(anyPack(Duration, {}))).toThrow(
      /google.protobuf.Duration, which is not in the registry: createRegistry/,
    );
    expect(Any.toJson({})).toEqual({});
    expect(() => Any.toJson({ value: new Uint8Array([1]) })).toThrow('needs a type URL');
  });

  test('bytes that are no such message cannot be written', () => {
    expect(() => Any.toJson({ typeUrl: url('Duration'), value: new Uint8Array([8]) }, { registry })).toThrow(
      /truncated/,
    );
    // and the next message is whole
    expect(Any.toJson({}, { registry })).toEqual({});
  });
});

test('an Any in an Any in an Any, as deep as JSON may be and deeper', () => {
  const nested = (levels: number): Any => {
    let any = anyPack(Empty, {});
    for (let i = 1; i < levels; i++) any = anyPack(Any, any);
    return any;
  };
  expect(Any.fromJson(Any.toJson(nested(100), { registry }), { registry })).toEqual(nested(100));
  expect(() => Any.toJson(nested(101), { registry })).toThrow(/an Any in an Any, deeper than 100 levels/);
  // What failed leaves nothing behind.
  expect(Any.toJson(nested(1), { registry })).toEqual({ '@type': url('Empty') });
});
