import { expect, test } from 'vitest';
import { proto3, protoc } from './protoc.ts';

const rules = (text: string): string => proto3(`import "buf/validate/validate.proto";\n${text}`);

test('rules become lines, in a file of their own', () => {
  const run = protoc({
    'a.proto': rules(`
      message A {
        string name = 1 [(buf.validate.field).string = {min_len: 1, max_len: 9}];
        B b = 2 [(buf.validate.field).required = true];
      }
      message B { optional int64 n = 1 [(buf.validate.field).int64.gt = 3]; }
      message None { string name = 1; }`),
  });
  expect(run.stderr).toBe('');
  const code = run.read('a.check.ts');
  expect(code).toContain(
    [
      'export function A$rules(v: Violations, m: A): void {',
      "  minLen(v, 'name', m.name, 1);",
      "  maxLen(v, 'name', m.name, 9);",
      "  if (m.b === undefined) required(v, 'b');",
      "  else nested(v, 'b', m.b, B$rules);",
      '}',
    ].join('\n'),
  );
  expect(code).toContain("  if (m.n !== undefined) gt(v, 'n', m.n, 'int64', 3n);");
  expect(code).not.toContain('None');
  // The messages are what they would be without rules.
  expect(run.read('a.pb.ts')).not.toContain('check');
});

test('a file without rules has no such file', () => {
  const run = protoc({ 'a.proto': rules('message A { string name = 1; }') });
  expect(run.written().filter((path) => path.endsWith('.check.ts'))).toEqual([]);
});

test.each([
  'B b = 1 [(buf.validate.field).ignore = IGNORE_ALWAYS];',
  'repeated B b = 1 [(buf.validate.field).repeated.items.ignore = IGNORE_ALWAYS];',
  'map<string, B> b = 1 [(buf.validate.field).map.values.ignore = IGNORE_ALWAYS];',
])('a message has no checks where all that it leads to is ignored: %s', (field) => {
  const run = protoc({
    'a.proto': rules(`message A { ${field} }
      message B { string name = 1 [(buf.validate.field).string.min_len = 1]; }`),
  });
  expect(run.stderr).toBe('');
  expect(run.read('a.check.ts')).toContain('B$rules');
  expect(run.read('a.check.ts')).not.toContain('A$rules');
});

test('64-bit fields are compared as numbers, whatever they are in TypeScript', () => {
  const run = protoc(
    {
      'a.proto': rules(
        'message A { repeated int64 ns = 1 [(buf.validate.field).repeated.items = {ignore: IGNORE_IF_ZERO_VALUE, int64: {gt: 3}}]; }',
      ),
    },
    'int64=string',
  );
  const code = run.read('a.check.ts');
  expect(code).toContain("if (value === '0') return;");
  expect(code).toContain("gt(v, '', BigInt(value), 'int64', 3n);");
});

test.each([
  [
    'string a = 1 [(buf.validate.field).int32.gt = 1];',
    'a.proto:5:13: a has rules of int32, but its type takes those of string',
  ],
  [
    'string a = 1 [(buf.validate.field).string.pattern = "(?=a)"];',
    "a.proto:5:13: the rule pattern of a cannot be applied: the pattern is not one of RE2's:",
  ],
  [
    'option (buf.validate.message).oneof = {fields: ["a", "b"]}; string a = 1;',
    'A has a oneof rule for b, which is not one of its fields',
  ],
])('%s is refused', (field, message) => {
  const run = protoc({ 'a.proto': rules(`\nmessage A { ${field} }`) });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain(message);
});

test('a predefined rule of a type that rules cannot have is refused, at the field that has it', () => {
  const own = `syntax = "proto2";
package own;
import "buf/validate/validate.proto";
message Limits { optional int32 most = 1; }
extend buf.validate.StringRules {
  optional Limits limits = 80000000 [(buf.validate.predefined).cel = { id: "limits", expression: "true" }];
}
`;
  const user = rules(
    'import "own.proto";\nmessage A { string a = 1 [(buf.validate.field).string.(own.limits) = { most: 1 }]; }',
  );
  const run = protoc({ 'own.proto': own, 'a.proto': user });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain(
    'a.proto:5:13: a has the rule own.limits of type own.Limits, which a rule cannot have',
  );
});
