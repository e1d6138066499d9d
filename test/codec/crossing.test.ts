import { getExtension } from '@pipit/runtime/codec';
import { expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import * as crossing from '../gen/nasty/crossing.pb.ts';
import { BinaryReader } from '../gen/nasty/other.pb.ts';

const { Extended, Extended$defaults, Swapped } = crossing;

const swapped = { a: 'A', b: [1, 2], first: 'F', second: 'S' };

test('where names cross, the JSON name wins over the proto name, in forms too', () => {
  expect(Swapped.fromJsonString('{"b":"x","a":[1],"second":"f","first":"g"}')).toEqual(
    // `first` is the proto name of a field, and no JSON name: the last one of two spellings counts.
    Swapped.create({ a: 'x', b: [1], first: 'g' }),
  );
  expect(Swapped.fromForm(parseForm(Buffer.from('b=x&a=1&a=2&third=s'), undefined))).toEqual(
    Swapped.create({ a: 'x', b: [1, 2], second: 's' }),
  );
});

test('where names cross, what is written reads back, by proto names and by JSON names', () => {
  const message = Swapped.create(swapped);
  const proto = Swapped.toJsonString(message);
  expect(proto).toBe('{"b":"A","a":[1,2],"first":"F","third":"S"}');
  const camel = Swapped.toJsonString(message, { jsonNames: 'camel' });
  expect(camel).toBe('{"b":"A","a":[1,2],"second":"F","third":"S"}');
  for (const json of [proto, camel]) expect(Swapped.fromJsonString(json)).toEqual(message);
});

test('a message with extensions has the same rule', () => {
  expect(Extended.fromJsonString('{"b":1,"a":2}')).toEqual(Extended.create({ a: 1, b: 2 }));
});

test('defaults are the minus zero that the proto says, those of extensions too', () => {
  expect(Extended$defaults).toEqual({ zero: -0, exact: -0 });
  expect(crossing.minus$default).toBe(-0);
  expect(getExtension(Extended.create(), crossing.howMany) ?? crossing.howMany$default).toBe(7);
});

test('-0 in a JSON value stays -0', () => {
  const json = { zero: -0, exact: 0 };
  expect(Extended.fromJson(json)).toEqual(Extended.create(json));
  expect(Extended.toJsonString(Extended.fromJson(json))).toBe('{"zero":-0,"exact":0}');
});

test('a public import is exported', () => expect(crossing.BinaryReader).toBe(BinaryReader));
