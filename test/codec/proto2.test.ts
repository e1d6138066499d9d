import { fromBinary, getExtension as esExtension, hasExtension as esHas, toBinary } from '@bufbuild/protobuf';
import {
  clearExtension,
  createRegistry,
  DecodeError,
  EncodeError,
  FormError,
  getExtension,
  hasExtension,
  type JsonValue,
  setExtension,
} from '@pipit/runtime/codec';
import { describe, expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import * as ext from '../gen/proto2/extensions.pb.ts';
import {
  Extendable,
  Payload,
  Payload_payload,
  Payload_payloads,
  SetItem_item,
  Set as MessageSet,
} from '../gen/proto2/extensions.pb.ts';
import {
  Closed,
  Defaults,
  Defaults$defaults,
  Groups,
  Level,
  Lists,
  Numbers,
  Required,
  Required$defaults,
  RequiredMessage,
} from '../gen/proto2/types.pb.ts';
import { allDescriptors, descriptor } from './protobuf-es.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Hex with a space between fields. */
const spaced = (text: string): string => text.replaceAll(' ', '');
const unhex = (text: string): Uint8Array => Buffer.from(spaced(text), 'hex');

describe('defaults', () => {
  test('of every kind', () => {
    expect(Defaults$defaults).toEqual({
      fDouble: -1.5e30,
      fInf: Infinity,
      fNegativeInf: -Infinity,
      fNan: NaN,
      fFloat: 0.1,
      fInt32: -2147483648,
      fInt64: -9223372036854775808n,
      fUint64: 18446744073709551615n,
      fFixed32: 4294967295,
      fText: '9007199254740993',
      fNumber: -5,
      fBool: true,
      fString: 'it\'s "quoted"\\, \n`${x}` 世',
      fBytes: new Uint8Array([0, 0xff, 10, 9, 0x5c, 0x22, 0x27, 0x61, 0x7f]),
      fLevel: Level.LEVEL_BELOW,
      empty: '',
      constructor$: 'odd name',
    });
  });

  test('a field that is unset is not its default', () => {
    const message = Defaults.decode(new Uint8Array());
    expect(message.fInt32).toBeUndefined();
    expect(message.fInt32 ?? Defaults$defaults.fInt32).toBe(-2147483648);
    expect(Defaults.encode(message)).toHaveLength(0);
    // and one that is set to it is written
    expect(hex(Defaults.encode({ fBool: Defaults$defaults.fBool, empty: '' }))).toBe('6001820100');
    expect(Defaults.toJson({ fLevel: Level.LEVEL_BELOW })).toEqual({ f_level: 'LEVEL_BELOW' });
  });
});

describe('required', () => {
  test('one that is left out is never invented: unset in a message, an error on the way out and in', () => {
    expect(Required$defaults).toEqual({ text: 'preset', big: 7n });
    const whole = { number: 5, text: 'x', raw: new Uint8Array(), level: Level.LEVEL_LOW, big: 7n };
    expect(Required.create({ number: 5 })).toMatchObject({ number: 5, text: undefined, big: undefined });
    const bytes = Required.encode(whole);
    expect(Required.decode(bytes)).toEqual({ ...whole, children: [] });
    expect(fromBinary(descriptor('proto2.Required'), bytes)).toMatchObject(whole);
    for (const name of Object.keys(whole) as (keyof typeof whole)[]) {
      const { [name]: _, ...rest } = whole;
      const why = `required field ${name} is not set`;
      expect(() => Required.encode(rest)).toThrow(`proto2.Required: ${why}`);
      expect(() => Required.toJsonBytes(rest)).toThrow(`proto2.Required: ${why}`);
      expect(() => Required.encode({ ...whole, [name]: null })).toThrow(why);
      expect(() => Required.encode({ ...whole, children: [whole, rest] })).toThrow(
        `proto2.Required: children[1]: ${why}`,
      );
      const json = Required.toJson(whole) as Record<string, JsonValue>;
      delete json[name];
      expect(() => Required.fromJson(json)).toThrow(why);
      expect(() => Required.fromJson({ ...(Required.toJson(whole) as object), children: [json] })).toThrow(
        `children[0]: ${why}`,
      );
    }
    expect(() => Required.decode(unhex('0805'))).toThrow(new DecodeError('required field text is not set'));
    expect(() => Required.fromForm(parseForm(Buffer.from('number=5'), undefined))).toThrow(
      new FormError(undefined, 'required field text is not set'),
    );
  });

  test('a message may come in pieces that are whole together', () => {
    const part = '0a020801';
    const body = '1b08011c';
    expect(RequiredMessage.decode(unhex(`${part} ${body} 1204${part} 1204${body}`)).next).toEqual({
      part: { id: 1 },
      body: { weight: 1 },
      next: undefined,
    });
    for (const pieces of [`${part} ${body} 1204${part} 1204${part}`, part, `${part} 1b1c`]) {
      expect(() => RequiredMessage.decode(unhex(pieces))).toThrow(DecodeError);
    }
  });

  test('zero is a value of theirs in JSON too', () => {
    const zero = {
      number: 0,
      text: '',
      raw: new Uint8Array(),
      level: Level.LEVEL_LOW,
      big: 0n,
      children: [],
    };
    const json = Required.toJson(zero, { emitDefaults: false });
    expect(json).toEqual({ number: 0, text: '', raw: '', level: 'LEVEL_LOW', big: '0' });
    expect(Required.fromJson(json)).toEqual(zero);
  });

  test('a message that is missing is an EncodeError that names it', () => {
    const body = { weight: 1 };
    const part = { id: 1 };
    for (const encode of [
      (m: Parameters<typeof RequiredMessage.encode>[0]) => RequiredMessage.encode(m),
      (m: Parameters<typeof RequiredMessage.encode>[0]) => RequiredMessage.toJsonBytes(m),
    ]) {
      expect(() => encode({ body })).toThrow(
        new EncodeError('proto2.RequiredMessage: required field part is not set'),
      );
      expect(() => encode({ part })).toThrow(
        new EncodeError('proto2.RequiredMessage: required field body is not set'),
      );
      expect(() => encode({ part, body, next: { part } })).toThrow(/required field body/);
      expect(encode({ part, body }).length).toBeGreaterThan(0);
    }
  });
});

describe('groups', () => {
  const message = {
    single: { a: 1, deeper: { b: 'x', more: [{ pick: { case: 'number', value: 7 } }, {}] } },
    many: [{ n: -1 }, {}],
    pick: { case: 'picked', value: { x: 1 } },
  } as const;

  test('in messages, lists and oneofs, at the largest field number', () => {
    const bytes = Groups.encode(message);
    expect(Groups.decode(bytes)).toEqual(Groups.create(message));
    const es = descriptor('proto2.Groups');
    expect(Groups.decode(toBinary(es, fromBinary(es, bytes)))).toEqual(Groups.create(message));
    // tag 1 start, field 1, tag 1 end
    expect(hex(Groups.encode({ single: { a: 1 } }))).toBe('0b08010c');
    expect(hex(Groups.encode({ many: [{}] }))).toBe('fbffffff0ffcffffff0f');
  });

  test('JSON names them like any message', () => {
    expect(Groups.toJson({ single: { a: 1 }, many: [{ n: 2 }] }, { emitDefaults: false })).toEqual({
      single: { a: 1 },
      many: [{ n: 2 }],
    });
    expect(Groups.fromJson({ many: [{ n: 2 }] })).toEqual(Groups.create({ many: [{ n: 2 }] }));
  });

  test('of one field that comes twice are merged', () => {
    expect(Groups.decode(unhex('2b08012c 2b10022c')).pick).toEqual({ case: 'picked', value: { x: 1, y: 2 } });
    expect(Groups.decode(unhex('0b08010c 0b13 1a0178 14 0c')).single).toEqual({
      a: 1,
      deeper: { b: 'x', more: [] },
    });
  });

  test.each([
    ['without an end', '0b0801'],
    ['ended as another', '0b0814'],
    ['with the end of another inside', '0b130c14'],
    ['ended twice', '0b0c0c'],
    ['that ends its list', 'fbffffff0f0c'],
  ])('%s are refused', (_, bytes) => {
    expect(() => Groups.decode(unhex(bytes))).toThrow(/group|truncated/);
  });
});

describe('closed enums', () => {
  test('numbers without a name are unknown fields: kept, and written again', () => {
    // single = 9, list = LOW 9 HIGH, packed = LOW 9 HIGH, by_name = { a: 9, b: FLAG_ON }, chosen = 9, required = LOW
    const bytes = unhex('0809 1002 1009 1003 1a03020903 22050a01611009 22050a01621001 3009 4002');
    const message = Closed.decode(bytes);
    expect(message.single).toBeUndefined();
    expect(message.list).toEqual([2, 3]);
    expect(message.packed).toEqual([2, 3]);
    expect({ ...message.byName }).toEqual({ b: 1 });
    expect(message.pick).toBeUndefined();
    expect(message.required).toBe(Level.LEVEL_LOW);
    expect(message.$unknown?.map(hex).join('')).toBe('08091009180922050a016110093009');

    const again = Closed.encode(message);
    expect(Closed.decode(again)).toEqual(message);
    expect(Closed.decode(bytes, { discardUnknown: true }).$unknown).toBeUndefined();
  });

  test('negative values have names too', () => {
    const message = Closed.create({
      required: Level.LEVEL_LOW,
      single: Level.LEVEL_BELOW,
      packed: [Level.LEVEL_BELOW, Level.LEVEL_HIGH],
    });
    expect(Closed.decode(Closed.encode(message))).toEqual(message);
    expect(Closed.toJson(message, { emitDefaults: false })).toEqual({
      single: 'LEVEL_BELOW',
      packed: ['LEVEL_BELOW', 'LEVEL_HIGH'],
      required: 'LEVEL_LOW',
    });
  });
});

test('lists are packed only where the schema says so', () => {
  const message = { plain: [1, 2], packed: [1, 2], doubles: [], text: ['a'], flags: [true] };
  expect(hex(Lists.encode(message))).toBe(spaced('08010802 12020102 220161 2a0101'));
  expect(Lists.decode(unhex('0a020102 1001 1002'))).toEqual(Lists.create({ plain: [1, 2], packed: [1, 2] }));
});

test('strings are not checked to be UTF-8', () => {
  expect(Lists.decode(unhex('2202ff61')).text).toEqual(['\ufffda']);
});

test('field numbers of one, two and three bytes', () => {
  const message = { one: 1, sixteen: 2, twoThousand: 3, last: 4 };
  expect(hex(Numbers.encode(message))).toBe(spaced('0801 800102 80800103 b8b80204'));
  expect(Numbers.decode(Numbers.encode(message))).toEqual(message);
});

describe('extensions', () => {
  const unset = (): Extendable => Extendable.create({ name: 'x' });

  test.each([
    ['payload', Payload_payload, { id: 1, text: 'a' }],
    [
      'payloads',
      Payload_payloads,
      [
        { id: 1, text: 'a' },
        { id: 2, text: 'b' },
      ],
    ],
    ['number', ext.number$, 0],
    ['text', ext.text, ''],
    ['raw', ext.raw, new Uint8Array([1])],
    ['plain_list', ext.plainList, [1, 300]],
    ['packed_list', ext.packedList, [-1n, 5n]],
    ['texts', ext.texts, ['a', '']],
    ['level', ext.level, Level.LEVEL_HIGH],
    ['levels', ext.levels, [Level.LEVEL_LOW, Level.LEVEL_BELOW]],
    ['grouped', ext.grouped, { a: 5 }],
    ['last', ext.last, -0.5],
    ['big', ext.big, 2n ** 64n - 1n],
    ['flag', ext.flag, false],
    // oxlint-disable-next-line typescript/no-explicit-any
  ] as [string, any, unknown][])('%s', (name, extension, value) => {
    const message = unset();
    expect(hasExtension(message, extension)).toBe(false);
    setExtension(message, extension, value as never);
    const back = Extendable.decode(Extendable.encode(message));
    // Unknown fields are kept in as many pieces as suits whoever keeps them.
    expect(hex(Extendable.encode(back))).toBe(hex(Extendable.encode(message)));
    expect(hasExtension(back, extension)).toBe(true);
    expect(getExtension(back, extension)).toEqual(value);

    const full = name.startsWith('payload') ? `proto2.Payload.${name}` : `proto2.${name}`;
    const desc = allDescriptors().getExtension(full)!;
    const es = fromBinary(descriptor('proto2.Extendable'), Extendable.encode(message));
    expect(esHas(es, desc)).toBe(true);
    expect(esExtension(es, desc)).toMatchObject(value as object);

    const registry = createRegistry(extension);
    const json = Extendable.toJson(message, { registry, emitDefaults: false });
    expect(Object.keys(json as object)).toEqual(['name', `[${full}]`]);
    expect(Extendable.fromJson(json, { registry, strict: true })).toEqual(message);
    expect(() => Extendable.fromJson(json, { strict: true })).toThrow(/unknown field/);

    clearExtension(back, extension);
    expect(back).toEqual(unset());
  });

  test('are kept beside each other and beside unknown fields', () => {
    const message = Extendable.decode(unhex('0a0178 b80605 f00601 f80602'));
    expect(getExtension(message, ext.level)).toBeUndefined();
    setExtension(message, ext.number$, 1);
    setExtension(message, ext.texts, ['a']);
    setExtension(message, ext.number$, 2);
    expect(getExtension(message, ext.number$)).toBe(2);
    expect(getExtension(message, ext.texts)).toEqual(['a']);
    const es = descriptor('proto2.Extendable');
    expect(hex(toBinary(es, fromBinary(es, Extendable.encode(message))))).toBe(
      hex(Extendable.encode(message)),
    );
  });

  test('an extension of another message is a compile error', () => {
    // @ts-expect-error Payload is not what `number` extends
    expect(getExtension(Payload.create(), ext.number$)).toBeUndefined();
  });

  describe('of a message set', () => {
    // item { type_id: 1547769, message: SetItem { n: 5 } }
    const bytes = unhex('0b 10f9bb5e 1a027805 0c');

    test('are its items, in whatever order their parts come', () => {
      const set = MessageSet.decode(bytes);
      expect(getExtension(set, SetItem_item)).toEqual({ n: 5, s: undefined });
      expect(hex(MessageSet.encode(set))).toBe(hex(bytes));
      expect(getExtension(MessageSet.decode(unhex('0b 1a027805 10f9bb5e 0c')), SetItem_item)).toEqual({
        n: 5,
        s: undefined,
      });
    });

    test('are set and cleared like others', () => {
      const set = MessageSet.create();
      expect(hasExtension(set, SetItem_item)).toBe(false);
      setExtension(set, SetItem_item, { n: 5 });
      expect(hex(MessageSet.encode(set))).toBe(hex(bytes));
      setExtension(set, SetItem_item, { s: 'x' });
      expect(getExtension(set, SetItem_item)).toEqual({ n: undefined, s: 'x' });
      const registry = createRegistry(SetItem_item);
      const json = MessageSet.toJson(set, { registry, emitDefaults: false });
      expect(json).toEqual({ '[proto2.SetItem.item]': { s: 'x' } });
      expect(MessageSet.fromJson(json, { registry })).toEqual(set);
      clearExtension(set, SetItem_item);
      expect(set).toEqual({});
    });

    test('of types it does not know are kept', () => {
      const unknown = unhex('0b 1005 1a027805 0c');
      const set = MessageSet.decode(unknown);
      setExtension(set, SetItem_item, {});
      clearExtension(set, SetItem_item);
      expect(hex(MessageSet.encode(set))).toBe(hex(unknown));
    });
  });
});
