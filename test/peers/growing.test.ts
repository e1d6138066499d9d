import { describe, expect, test } from 'vitest';
import { showBreaks } from '../../cmd/pipit/src/check/compare/breaks.ts';
import type { Finding } from '../../cmd/pipit/src/check/compare/finding.ts';
import { base } from '../../cmd/pipit/test/check/edits.ts';
import { expectExactly } from './expect-exactly.ts';
import { sideOf } from './sides.ts';

// A project in fifteen steps, as projects grow. After each, servers and clients meet those of the step before, and those of
// the very first: what breaks is what `pipit check` says.

interface Step {
  readonly name: string;
  readonly from: string | RegExp;
  readonly to: string;
  /** Every finding against the step before. */
  readonly findings?: readonly string[];
  /** Those against the first, where they are not the sum. */
  readonly leapt?: readonly string[];
  readonly renamed?: Readonly<Record<string, string>>;
}

const steps: readonly Step[] = [
  { name: 'a field of a request', from: 'string last = 5;', to: 'string last = 5;\n  string street = 6;' },
  { name: 'a field of an answer', from: 'Label label = 7;', to: 'Label label = 7;\n  string maker = 8;' },
  { name: 'a value of an enum', from: 'COLOR_BLUE = 2;', to: 'COLOR_BLUE = 2;\n  COLOR_GREEN = 3;' },
  {
    name: 'a method',
    from: 'rpc Count(',
    to: 'rpc Sell(BuyRequest) returns (Hat);\n  rpc Count(',
  },
  {
    name: 'a service with its messages',
    from: '// Nothing leads here.',
    to: 'service Repairs {\n  rpc Repair(Broken) returns (Hat);\n}\nmessage Broken {\n  string what = 1;\n}\n\n// Nothing leads here.',
  },
  { name: 'a member of a oneof', from: 'uint32 year = 7;', to: 'uint32 year = 7;\n    string maker = 11;' },
  { name: 'a field becomes optional', from: 'string first = 4;', to: 'optional string first = 4;' },
  { name: 'a field is deprecated', from: 'string tags = 4;', to: 'string tags = 4 [deprecated = true];' },
  { name: 'a rule is wider', from: 'max_len = 20', to: 'max_len = 30' },
  {
    name: 'a field with a rule',
    from: 'string street = 6;',
    to: 'string street = 6;\n  string zip = 7 [(buf.validate.field).string.max_len = 9];',
  },
  {
    name: 'a download gets its file name',
    from: 'bytes data = 2;',
    to: 'bytes data = 2;\n  string filename = 3;',
  },
  {
    name: 'GET is opened',
    from: 'returns (Total);',
    to: 'returns (Total) { option idempotency_level = NO_SIDE_EFFECTS; }',
    findings: ['get_opened shop.v1.Shop.Count | older servers: links in pages'],
  },
  {
    name: 'a stream',
    from: 'rpc Sell(',
    to: 'rpc WatchSales(BuyRequest) returns (stream Hat);\n  rpc Sell(',
  },
  {
    name: 'another method beside one that is deprecated',
    from: 'rpc Buy(BuyRequest) returns (BuyResponse);',
    to: 'rpc Buy(BuyRequest) returns (BuyResponse) { option deprecated = true; }\n  rpc Order(BuyRequest) returns (BuyResponse);',
  },
  {
    name: 'and that one is gone',
    from: /\n {2}rpc Buy\(.*/,
    to: '',
    findings: ['method_gone shop.v1.Shop.Buy | older clients: JSON, protobuf, forms'],
    // Who leaps over the step before meets no server that has both.
    leapt: [
      'get_opened shop.v1.Shop.Count | older servers: links in pages',
      'method_gone shop.v1.Shop.Buy | older clients: JSON, protobuf, forms; older servers: JSON, protobuf, forms',
    ],
    renamed: { Buy: 'Order' },
  },
];

let proto = base;
const versions = await Promise.all(
  ['', ...steps].map((step) => {
    if (typeof step === 'string') return sideOf(base);
    const before = proto;
    proto = before.replace(step.from, step.to);
    if (proto === before) throw new Error(`${step.name}: nothing was replaced`);
    return sideOf(proto);
  }),
);

describe.each(steps.map(({ name }, i) => [i + 1, name] as const))('%i: %s', (number) => {
  test('against the step before', async () => {
    const findings = await expectExactly({}, versions[number - 1]!, versions[number]!);
    expect(findings.map(shown)).toEqual(steps[number - 1]!.findings ?? []);
  });

  test('against the first', async () => {
    const { leapt, renamed = {} } = steps[number - 1]!;
    const findings = await expectExactly({ renamed }, versions[0]!, versions[number]!);
    const sum = steps.slice(0, number).flatMap((step) => step.findings ?? []);
    expect(findings.map(shown).toSorted()).toEqual(leapt ?? sum);
  });
});

function shown({ change, subject, breaks }: Finding): string {
  return `${change} ${subject} | ${showBreaks(breaks)}`;
}
