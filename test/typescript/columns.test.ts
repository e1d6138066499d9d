import { expect, test } from 'vitest';
import { compile, generated } from './compile.ts';

// What databases give: rows with columns in snake_case, null where there is nothing, and more columns than a message has.

const inOneof = '\'UseInstead<"pick with case pickText">\'';

/** The type of a row, what a message is made of with it, and what the compiler says; undefined where it takes it. */
const cases: readonly (readonly [row: string, init: string, says: string | undefined])[] = [
  ['{ id: bigint; string_value: string }', '{ children: rows }', `'UseInstead<"stringValue">'`],
  ['{ string_value: string }', '{ ...rows[0]! }', `'UseInstead<"stringValue">'`],
  ['{}', '{ string_value: "x" }', `'UseInstead<"stringValue">'`],
  ['{ stringValue: string; string_value: undefined }', '{ children: rows }', `'UseInstead<"stringValue">'`],
  ['{ pick_text: string }', '{ children: rows }', inOneof],
  ['{ pickText: string }', '{ children: rows }', inOneof],
  ['{ strings: (string | null)[] }', '{ children: rows }', "'strings'"],
  ['{ counts: Record<string, null> }', '{ children: rows }', "'counts'"],
  [
    '{ stringValue: string | null; child: null; int32s: number[] | null; counts: null; pick: null; maybe: number | null }',
    '{ children: rows }',
    undefined,
  ],
  ['{ stringValue: string; created: Date; password_hash: string }', '{ children: rows }', undefined],
  [
    '{ stringValue: string; save(): void; constructor: Function; toString(): string }',
    '{ children: rows }',
    undefined,
  ],
  ['{}', '{ ...message, children: [message] }', undefined],
];

test('rows of a database as messages', () => {
  const files = cases.map(([row, init], i) => [
    `use${i}.ts`,
    `import type { Kinds, KindsInit } from './cases.pb.ts';
interface Row ${row}
export declare const rows: Row[];
export declare const message: Kinds;
export const init: KindsInit = ${init};
`,
  ]);
  const output = compile({
    'cases.pb.ts': generated('pipit/cases/v1/cases.pb.ts'),
    ...(Object.fromEntries(files) as Record<string, string>),
  });
  const errors = output.split(/\n(?=\w+\.\w+\.?\w*\()/);
  cases.forEach(([, , says], i) => {
    const error = errors.find((text) => text.startsWith(`use${i}.ts(`));
    if (says === undefined) expect(error).toBeUndefined();
    else expect(error).toContain(says);
  });
  expect(errors.filter((text) => !text.startsWith('use'))).toEqual([]);
});
