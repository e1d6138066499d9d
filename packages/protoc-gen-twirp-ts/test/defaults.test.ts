import { expect, test } from 'vitest';
import { generated } from './protoc.ts';

const proto2 = (text: string): string => `syntax = "proto2";\npackage t;\n${text}\n`;

test('declared defaults are a constant beside the message', () => {
  const text = generated({
    'a.proto': proto2('message M { optional int32 a = 1 [default = 5]; optional bool b = 2; }'),
  }).get('a.pb.ts');
  expect(text).toContain('export const M$defaults: {\n  readonly a: number;\n} = {\n  a: 5,\n};');
  expect(text).toContain('a: undefined,');
});

test('a message without declared defaults has no such constant', () => {
  const code = generated({ 'a.proto': proto2('message M { optional int32 a = 1; }') });
  expect(code.get('a.pb.ts')).not.toContain('$defaults');
});

test('a default that is no exact number is refused with int64=number', () => {
  const files = { 'a.proto': proto2('message M { optional int64 a = 1 [default = 9007199254740993]; }') };
  expect(() => generated(files, 'int64=number')).toThrow(
    'the default of a, 9007199254740993, is beyond 2^53',
  );
});

test('generated code asks for the runtime it needs', () => {
  const code = generated({ 'a.proto': proto2('message M {}') });
  expect(code.get('a.pb.ts')).toMatch(
    /^export type \{ \$needs_pipit_runtime_\w+__or_generate_again \} from '@pipit\/runtime\/codec';$/m,
  );
});
