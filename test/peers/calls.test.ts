import { describe, expect, test } from 'vitest';
import { base, calls, edited, edits } from '../../cmd/pipit/test/check/edits.ts';
import { aboutMethods, expectExactly } from './expect-exactly.ts';
import { sideOf } from './sides.ts';

// What `pipit check` says of methods, kinds, GET and rules is what generated servers and clients of the two versions do to
// each other, in each form: a caller is broken where a server of the other version does not do as one of its own does.

const first = await sideOf(base);
const covered = edits.filter(({ name }) => calls[name] !== undefined);

test('of every kind of finding about methods and rules there are some', () => {
  const changes = covered.flatMap(({ findings }) => findings.map((finding) => finding.split(' ')[0]!));
  expect([...new Set(changes)].filter((change) => aboutMethods.test(change)).toSorted()).toEqual([
    'get_closed',
    'get_opened',
    'method_gone',
    'method_kind',
    'method_stream',
    'rules_tightened',
    'service_gone',
  ]);
});

describe.each(covered.map(({ name }) => name))('%s', (name) => {
  const { renamed = {}, old: was, now: is, needed } = calls[name]!;
  const changed = sideOf(edited(edits.find((edit) => edit.name === name)!));

  test('there', async () => {
    await expectExactly({ renamed, old: was, now: needed }, first, await changed);
  });

  test('and back', async () => {
    const back = Object.fromEntries(Object.entries(renamed).map(([from, to]) => [to, from]));
    await expectExactly({ renamed: back, old: is ?? needed }, await changed, first);
  });
});
