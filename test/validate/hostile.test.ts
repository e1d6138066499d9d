// First, for it counts only what is loaded after it.
import { workOf } from '../codec/work.ts';
import { type Check, messageCheck, type Violation, type Violations } from '@pipit/runtime/validate';
import * as rules from '@pipit/runtime/validate';
import { pattern } from '@pipit/runtime/validate/pattern';
import { describe, expect, test } from 'vitest';
import { isWithin } from '../../packages/runtime/src/validate/bytes.ts';
import { areUnique } from '../../packages/runtime/src/validate/unique.ts';

const megabyte = 1_000_000;

function violationsOf<T>(value: T, check: Check<T>, most?: number): readonly Violation[] {
  const whole = messageCheck<{ value: T }>({ typeName: '' }, (v, m) => check(v, m.value));
  return whole.violations({ value }, most);
}

// Each is a name for a group that can be matched in many ways; the last character is what never comes.
const catastrophic: readonly (readonly [pattern: string, repeated: string])[] = [
  ['^(a+)+$', 'a'],
  ['^(a|a)*$', 'a'],
  ['^(a|aa)+$', 'a'],
  ['^(.*)*b$', 'a'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'],
  ['(x+x+)+y', 'x'],
  ['^(a?){50}a{50}$', 'a'],
  ['^([0-9]+)*,$', '1'],
  ['^(?:a*)*(?:a*)*(?:a*)*$', 'a'],
];

describe('patterns are matched in time that grows with the text alone', () => {
  const engine = '/node_modules/@bufbuild/re2/';
  test.each(catastrophic)('%s', (expression, repeated) => {
    const work = (length: number): number =>
      workOf(
        () => {
          const text = `${repeated.repeat(length)}!`;
          const violations = violationsOf(text, (v, value) => pattern(v, 'f', value, expression));
          expect(violations).toMatchObject([{ rule: 'string.pattern' }]);
        },
        '',
        engine,
      );
    work(10);
    const short = work(250);
    expect(short).toBeGreaterThan(0);
    // The engine looks at the end first, where the pattern says what has to be there.
    expect(work(1000)).toBeLessThan(6 * Math.max(short, 250));
  });
});

describe('a format takes a long text as it takes a short one', () => {
  type Format = (v: Violations, at: string, text: string) => void;
  const formats: Readonly<Record<string, Format>> = {
    address: rules.address,
    email: rules.email,
    hostAndPort: rules.hostAndPort,
    hostname: rules.hostname,
    headerName: (v, at, text) => rules.headerName(v, at, text, true),
    headerValue: (v, at, text) => rules.headerValue(v, at, text, true),
    ip: rules.ip,
    ipPrefix: rules.ipPrefix,
    ipWithPrefixlen: rules.ipWithPrefixlen,
    ipv4: rules.ipv4,
    ipv4Prefix: rules.ipv4Prefix,
    ipv6: rules.ipv6,
    ipv6Prefix: rules.ipv6Prefix,
    protobufDotFqn: rules.protobufDotFqn,
    protobufFqn: rules.protobufFqn,
    tuuid: rules.tuuid,
    ulid: rules.ulid,
    uri: rules.uri,
    uriRef: rules.uriRef,
    uuid: rules.uuid,
  };
  const units = [
    'a',
    'a.',
    'a-',
    '-',
    '.',
    ':',
    '::',
    '1:',
    '1.',
    '0',
    '%41',
    '%',
    '/',
    '@',
    '[',
    ']',
    '?',
    '#',
    ' ',
    '\n',
    '👋',
  ];
  const starts = ['', 'a@', 'http://a@', 'http://[', '1.2.3.4/', '::/'];
  const size = 100_000;

  test.each(Object.entries(formats))('%s', (_, format) => {
    // What the engine does is not counted, but one that tries every way would not come back.
    const work = workOf(() => {
      for (const unit of units) {
        const many = unit.repeat(size / unit.length);
        for (const start of starts) {
          violationsOf(`${start}${many}!`, (v, value) => format(v, 'f', value));
        }
      }
    });
    expect(work).toBeLessThan(units.length * starts.length * 20 * size);
  });

  test.each([
    ['uri', `http://u:p@h/${'%41'.repeat(3 * megabyte)}?${'a'.repeat(megabyte)}#${'%41'.repeat(megabyte)}`],
    ['uri', `http://${'%41'.repeat(3 * megabyte)}@h/`],
    ['uri', `http://${'%41'.repeat(3 * megabyte)}/`],
    ['uri', `http://[::1%25${'%41'.repeat(3 * megabyte)}]/`],
    ['uriRef', '%41'.repeat(3 * megabyte)],
    ['email', `${'a'.repeat(4 * megabyte)}@${'a.'.repeat(4 * megabyte)}b`],
    ['protobufFqn', `${'a.'.repeat(4 * megabyte)}b`],
    ['headerValue', 'a'.repeat(8 * megabyte)],
  ])('%s is one, however long', (name, text) => {
    expect(violationsOf(text, (v, value) => formats[name]!(v, 'f', value))).toEqual([]);
  });
});

describe('unique', () => {
  // Numbers to which V8's hash gives few values: a Set would look through thousands of them for each.
  const size = 50_000;
  const lists: Readonly<Record<string, (i: number) => number | bigint | string>> = {
    integers: (i) => i * 4096,
    floats: (i) => i / 3,
    'large integers': (i) => (BigInt(i) << 40n) * (i % 2 === 0 ? 1n : -1n),
    'unsigned ones': (i) => 0xffff_ffff_ffff_ffffn - BigInt(i),
    texts: (i) => `k${i}`,
  };

  test.each(Object.entries(lists))('%s of a long list differ, or two of them do not', (_, make) => {
    const list = Array.from({ length: size }, (_, i) => make(i));
    expect(areUnique(list)).toBe(true);
    expect(areUnique([...list, make(77)])).toBe(false);
    expect(workOf(() => areUnique(list))).toBeLessThan(10 * size);
  });

  test('of zeros with different signs there is one, and no two NaN', () => {
    const many = Array.from({ length: 200 }, (_, i) => i + 1);
    expect(areUnique([...many, 0, -0])).toBe(false);
    expect(areUnique([...many, NaN, NaN])).toBe(true);
    expect(areUnique([0, -0])).toBe(false);
    expect(areUnique([NaN, NaN])).toBe(true);
  });
});

test('bytes are looked for in time that grows with both lengths', () => {
  const bytes = new Uint8Array(megabyte).fill(97);
  const part = new Uint8Array(1000).fill(97);
  expect(isWithin(bytes, part)).toBe(true);
  part[999] = 98;
  expect(isWithin(bytes, part)).toBe(false);
  expect(workOf(() => isWithin(bytes, part))).toBeLessThan(megabyte);
  expect(isWithin(bytes, new Uint8Array())).toBe(true);
  expect(isWithin(Uint8Array.of(0, 255, 128), Uint8Array.of(255, 128))).toBe(true);
});

test('a check that has told enough stops', () => {
  const list = Array.from({ length: megabyte }, () => '');
  const check: Check<readonly string[]> = (v, items) =>
    rules.eachItem(v, 'f', items, (inner, item) => rules.minLen(inner, '', item, 1));
  let violations: readonly Violation[] = [];
  const work = workOf(() => (violations = violationsOf(list, check, 1000)));
  expect(violations).toHaveLength(1000);
  expect(violations.at(-1)).toMatchObject({ field: 'f[999]', rule: 'string.min_len' });
  expect(work).toBeLessThan(100 * 1000);
  expect(violationsOf(list.slice(0, 2000), check)).toHaveLength(2000);
});
