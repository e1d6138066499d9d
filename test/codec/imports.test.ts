import { expect, test } from 'vitest';
import * as leaf from '../gen/imports/leaf.pb.ts';
import * as middle from '../gen/imports/middle.pb.ts';
import * as empty from '../gen/imports/empty.pb.ts';
import { Top } from '../gen/imports/top.pb.ts';
import { Fields } from '../gen/nasty/names.pb.ts';

test('a type that comes through a public import is taken from the file that declares it', () => {
  const message = {
    leaf: { name: 'a', left: { right: {} } },
    middle: { leaf: { name: 'b' } },
    at: { seconds: 5n },
  };
  expect(Top.decode(Top.encode(message))).toEqual(Top.create(message));
  expect(Top.create(message).leaf).toEqual(leaf.Leaf.create(message.leaf));
});

test('a file exports what it declares and what it imports publicly, no other import', () => {
  expect(Object.keys(middle)).toEqual(expect.arrayContaining(['Leaf', 'Middle', 'Timestamp']));
  expect(Object.keys(middle)).not.toContain('Api');
  expect(empty.Leaf).toBe(leaf.Leaf);
});

test('the largest field number', () => {
  expect(Buffer.from(Fields.encode({ veryLargeNumber: 'x' })).toString('hex')).toBe('faffffff0f0178');
});
