import { expect, test } from 'vitest';
import { compile, generated } from './compile.ts';

test('code generated for another runtime does not compile, and the error says what to do', () => {
  const leaf = generated('imports/leaf.pb.ts');
  const newer = leaf.replaceAll('pipit_runtime_0_1', 'pipit_runtime_9_0');
  expect(newer).not.toBe(leaf);
  const output = compile({ 'leaf.pb.ts': newer });
  expect(output.trim().split('\n')).toHaveLength(1);
  expect(output).toMatch(/leaf\.pb\.ts\(\d+,\d+\): error TS\d+/);
  expect(output).toContain("'$needs_pipit_runtime_9_0__npm_install_pipit_runtime_9_0__or_generate_again'");
});

test('several generated files may be exported from one', () => {
  const files = {
    'leaf.pb.ts': generated('imports/leaf.pb.ts'),
    'scalars.pb.ts': generated('shop/v1/common.pb.ts'),
    'all.ts': "export * from './leaf.pb.ts';\nexport * from './scalars.pb.ts';\n",
  };
  expect(compile(files)).toBe('');
});
