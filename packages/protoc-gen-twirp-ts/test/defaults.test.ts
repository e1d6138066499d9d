import { expect, test } from 'vitest';
import { protoc } from './protoc.ts';

const proto2 = (text: string): string => `syntax = "proto2";\npackage t;\n${text}\n`;

test('declared defaults are a constant beside the message', () => {
  const run = protoc({
    'a.proto': proto2('message M { optional int32 a = 1 [default = 5]; optional bool b = 2; }'),
  });
  const text = run.read('a.pb.ts');
  expect(text).toContain('export const M$defaults: {\n  readonly a: number;\n} = {\n  a: 5,\n};');
  expect(text).toContain('a: undefined,');
});

test('a message without declared defaults has no such constant', () => {
  const run = protoc({ 'a.proto': proto2('message M { optional int32 a = 1; }') });
  expect(run.read('a.pb.ts')).not.toContain('$defaults');
});

test('a default that is no exact number is refused with int64=number', () => {
  const run = protoc(
    { 'a.proto': proto2('message M { optional int64 a = 1 [default = 9007199254740993]; }') },
    'int64=number',
  );
  expect(run.status).not.toBe(0);
  expect(run.stderr).toContain('the default of a, 9007199254740993, is beyond 2^53');
});

test('generated code asks for the runtime it needs', () => {
  const run = protoc({ 'a.proto': proto2('message M {}') }, 'runtime=@x/y');
  expect(run.read('a.pb.ts')).toMatch(
    /^export type \{ \$needs_pipit_runtime_\w+__or_generate_again \} from '@x\/y\/codec';$/m,
  );
});
