import { getExtension, hasExtension, setExtension } from '@pipit/runtime/codec';
import { describe, expect, test } from 'vitest';
import { All, Closed as Off, extended } from '../gen/editions/all_off.pb.ts';
import {
  child,
  Closed,
  Defaults,
  Defaults$defaults,
  delimited,
  Extendable,
  number$,
  packed,
} from '../gen/editions/e2023.pb.ts';
import { Visible, Visible_Kind } from '../gen/editions/e2024.pb.ts';
import { note } from '../gen/editions/options.pb.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Hex with a space between fields. */
const spaced = (text: string): string => text.replaceAll(' ', '');
const unhex = (text: string): Uint8Array => Buffer.from(spaced(text), 'hex');

/** What has to be there in every Defaults: required = 5 and an empty `must`. */
const required = '1805d20100';

describe('edition 2023', () => {
  test('field_presence', () => {
    const message = Defaults.decode(unhex(required));
    expect(message.explicit).toBeUndefined();
    expect(message.implicit).toBe(0);
    expect(message.required).toBe(5);
    expect(message.implicitRaw).toEqual(new Uint8Array());
    expect(
      hex(
        Defaults.encode({ must: {}, required: 5, explicit: 0, implicit: 0, implicitRaw: new Uint8Array() }),
      ),
    ).toBe('0800' + required);
    expect(() => Defaults.encode({ required: 5 })).toThrow(
      'editions.e2023.Defaults: required field must is not set',
    );
    expect(() => Defaults.encode({ must: {} })).toThrow('required field required is not set');
    expect(Defaults$defaults).toEqual({ required: 5, preset: 'x', notANumber: NaN });
  });

  test('enum_type', () => {
    // open = 9, implicit_open = 9, closed = 9
    const message = Defaults.decode(unhex(`${required} 3009 3809 4009`));
    expect([message.open, message.implicitOpen, message.closed]).toEqual([9, 9, undefined]);
    expect(message.$unknown?.map(hex)).toEqual(['4009']);
    const again = Defaults.decode(Defaults.encode(message));
    expect(again).toEqual(message);
    // and in lists, maps and oneofs
    const many = Defaults.decode(
      unhex(`${required} 5a03050906 6005 6009 6a050a01611009 6a050a01621001 c00109`),
    );
    expect(many.closedList).toEqual([Closed.CLOSED_FIVE, Closed.CLOSED_SIX]);
    expect(many.closedExpanded).toEqual([Closed.CLOSED_FIVE]);
    expect({ ...many.closedMap }).toEqual({ b: 1 });
    expect(many.pick).toBeUndefined();
    expect(many.$unknown?.map(hex).join('')).toBe('580960096a050a01611009c00109');
  });

  test('repeated_field_encoding', () => {
    const bytes = Defaults.encode({
      must: {},
      required: 5,
      packed: [1, 2],
      expanded: [1, 2],
      closedList: [5, 6],
      closedExpanded: [5, 6],
    });
    expect(hex(bytes)).toBe(spaced('1805 4a020102 50015002 5a020506 60056006 d20100'));
    // either way
    expect(Defaults.decode(unhex(`${required} 48014802 52020102`))).toMatchObject({
      packed: [1, 2],
      expanded: [1, 2],
    });
  });

  test('utf8_validation', () => {
    expect(() => Defaults.decode(unhex(`${required} 7201ff`))).toThrow(/UTF-8/);
    const message = Defaults.decode(unhex(`${required} 7a01ff 820101ff`));
    expect([message.unchecked, message.uncheckedList]).toEqual(['\ufffd', ['\ufffd']]);
    expect({ ...Defaults.decode(unhex(`${required} 8a01060a01ff1201ff`)).uncheckedMap }).toEqual({
      '\ufffd': '\ufffd',
    });
    expect(Defaults.decode(unhex(`${required} ca0101ff`)).pick).toEqual({
      case: 'uncheckedPick',
      value: '\ufffd',
    });
  });

  test('message_encoding', () => {
    const id = { id: 1, next: undefined };
    const message = {
      must: {},
      required: 5,
      child: id,
      delimited: id,
      delimitedList: [id],
      pick: { case: 'delimitedPick', value: id },
    } as const;
    expect(hex(Defaults.encode(message))).toBe(
      spaced('1805 9201020801 9b0108019c01 a3010801a401 bb010801bc01 d20100'),
    );
    expect(Defaults.decode(Defaults.encode(message))).toEqual(Defaults.create(message));
    // a map's values keep their length
    expect(hex(Defaults.encode({ must: {}, required: 5, children: { 1: id } }))).toBe(
      spaced('1805 aa0106080112020801 d20100'),
    );
  });

  test('extensions', () => {
    const message = Extendable.create();
    setExtension(message, number$, 0);
    setExtension(message, child, { id: 1 });
    setExtension(message, delimited, { id: 2 });
    setExtension(message, packed, [1, 2]);
    const bytes = Extendable.encode(message);
    expect(hex(bytes)).toBe(spaced('5000 5a020801 63080264 6a020102'));
    const back = Extendable.decode(bytes);
    expect(getExtension(back, number$)).toBe(0);
    expect(getExtension(back, delimited)).toEqual({ id: 2, next: undefined });
    expect(getExtension(back, packed)).toEqual([1, 2]);
  });
});

describe('edition 2023 with the features of a file turned', () => {
  test('fields take them over, and may say otherwise', () => {
    const message = All.decode(unhex('1809 20012009 2802 32020101 3a01ff'));
    expect(message).toMatchObject({
      implicit: 0,
      explicit: undefined,
      closed: undefined,
      closedList: [Off.CLOSED_ONE],
      expanded: [2],
      packed: [1, 1],
      unchecked: '\ufffd',
    });
    expect(() => All.decode(unhex('4201ff'))).toThrow(/UTF-8/);
    const full = {
      implicit: 1,
      expanded: [1],
      packed: [1],
      delimited: { implicit: 1 },
      delimitedList: [{}],
      prefixed: { implicit: 1 },
      map: { a: {} },
      pick: { case: 'picked', value: {} },
    } as const;
    expect(hex(All.encode(full))).toBe(spaced('0801 2801 320101 4b08014c 5354 5a020801 62050a01611200 7374'));
    expect(All.decode(All.encode(full))).toEqual(All.create(full));
  });

  test('an extension that holds zero is there, with implicit presence too', () => {
    const message = All.create();
    setExtension(message, extended, 0);
    expect(hex(All.encode(message))).toBe('a00600');
    expect(hasExtension(message, extended)).toBe(true);
    expect(getExtension(All.create(), extended)).toBeUndefined();
  });
});

describe('edition 2024', () => {
  test('local and exported types are generated alike', () => {
    const message = {
      id: 1,
      hidden: { secret: 'x', big: 5n },
      inner: { text: '' },
      kind: Visible_Kind.KIND_GOOD,
      imported: { id: 2 },
      implicit: 3,
      delimited: {},
    };
    expect(hex(Visible.encode(message))).toBe(spaced('0801 12050a01781005 1a020a00 2001 2a020802 3003 3b3c'));
    expect(Visible.decode(Visible.encode(message))).toEqual(Visible.create(message));
    expect(Visible.toJson(message, { emitDefaults: false })).toEqual({
      id: 1,
      hidden: { secret: 'x', big: '5' },
      inner: { text: '' },
      kind: 'KIND_GOOD',
      imported: { id: 2 },
      implicit: 3,
      delimited: {},
    });
  });

  test('a custom option is an extension like any other', () => {
    expect([note.extendee, note.number]).toEqual(['google.protobuf.FieldOptions', 50000]);
  });
});
