// First, for it counts only what is loaded after it.
import { workOf } from './work.ts';
import { DecodeError } from '@pipit/runtime/codec';
import { describe, expect, test } from 'vitest';
import { nameTable, nextHash } from '../../packages/runtime/src/codec/name-table.ts';
import { Choice, Lists, Scalars } from '../gen/shop/v1/scalars.pb.ts';

// What the codecs do only to be quick: without it every answer is the same, so the work is counted.

describe('names of fields in JSON', () => {
  /** How many names are looked at until each of these is found, or is known not to be there. */
  function looks(table: ReturnType<typeof nameTable>, names: readonly string[]): number {
    const { slots, list } = table;
    let total = 0;
    for (const name of names) {
      const bytes = Buffer.from(name);
      let hash = 0;
      for (const byte of bytes) hash = nextHash(hash, byte);
      for (let at = hash; ; at++) {
        const index = slots[at & (slots.length - 1)]!;
        if (index < 0) break;
        total++;
        if (bytes.equals(list[index]!.bytes)) break;
      }
    }
    return total;
  }
  const tableOf = (names: readonly string[]): ReturnType<typeof nameTable> =>
    nameTable(new Map(names.map((name, index) => [name, index])));

  test.each([3, 4, 8, 15, 16, 31, 32, 100, 127, 128, 500, 1_000])(
    '%i of them seldom clash, those that are there and those that are not',
    (count) => {
      for (const name of [
        (index: number) => `field_${index}`,
        (index: number) => `${'abcdefghij'.at(index % 10)}_${index * 7919}_name`,
      ]) {
        const names = Array.from({ length: count }, (_, index) => name(index));
        const others = Array.from({ length: count }, (_, index) => name(index + count));
        const table = tableOf(names);
        // Each is at its own place or at one of the next; in a table that is full it would be anywhere.
        expect(looks(table, names)).toBeLessThanOrEqual(3 * count + 4);
        expect(looks(table, others)).toBeLessThanOrEqual(3 * count + 4);
      }
    },
  );

  test('cost least in the order they are declared', () => {
    const message = { fInt32: 1, fInt64: 2n, fUint32: 3, fBool: true, fString: 'x', fDouble: 1.5 };
    const fields = Scalars.toJsonString(message).slice(1, -1).split(',');
    const json = (list: readonly string[]): string => `{${list.join(',')}}`;
    const [declared, reversed] = [json(fields), json(fields.toReversed())];
    expect(Scalars.fromJsonString(reversed)).toEqual(Scalars.fromJsonString(declared));
    const work = (text: string): number =>
      workOf(() => Scalars.fromJsonString(text), 'codec/json-text-reader.ts');
    expect(work(declared)).toBeLessThan(0.9 * work(reversed));
  });
});

test('where a value stands in JSON is looked for only when it is wrong', () => {
  const items = '{"children":[{},{"number":1}],"again":{"name":"x"}}';
  const reading =
    (json: string): (() => void) =>
    () => {
      try {
        Choice.fromJsonString(json);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    };
  expect(workOf(reading(items), 'codec/json-path.ts')).toBe(0);
  expect(workOf(reading(items.replace('"x"', 'true')), 'codec/json-path.ts')).toBeGreaterThan(0);
});

test('a message that outgrows its buffer is copied a few times, however long it is', () => {
  const growing = (length: number): number => {
    const message = { unpacked: Array.from({ length }, (_, index) => index) };
    return workOf(() => Lists.encode(message)) / length;
  };
  // The work for each item does not grow with the number of items.
  const [few, many] = [growing(20_000), growing(160_000)];
  expect(many).toBeLessThan(1.5 * few);
});

describe('memory of a message', () => {
  test.each([
    ['ASCII', 'x'.repeat(1_000_000)],
    ['other letters', 'äß€'.repeat(200_000)],
    ['lone surrogates', '\ud800x😀'.repeat(100_000)],
  ])('with one long text of %s is hardly more than its bytes', (_, fString) => {
    const text = Buffer.from(fString);
    // The second is written where the first has said how large such messages are.
    for (const bytes of [Scalars.encode({ fString }), Scalars.encode({ fString })]) {
      expect(Buffer.from(Scalars.decode(bytes).fString).equals(text)).toBe(true);
      expect(bytes.buffer.byteLength).toBeLessThan(text.length + 256 * 1024);
    }
    const json = Scalars.toJsonBytes({ fString });
    expect(Scalars.fromJsonBytes(json).fString).toBe(text.toString());
    // A text with something to escape is written a second time.
    expect(json.buffer.byteLength).toBeLessThan(2 * json.length);
  });
});
