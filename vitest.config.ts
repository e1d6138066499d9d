import { configDefaults, defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

const tests = ['packages/*/test/**/*.test.ts', 'cmd/*/test/**/*.test.ts', 'test/**/*.test.ts'];

/** Tests that start processes, servers and compilers: one file at a time, so that each has the machine to itself. */
const processes = [
  'cmd/pipit/test/**/*.test.ts',
  'packages/protoc-gen-twirp-ts/test/plugin.test.ts',
  'test/*-process/**/*.test.ts',
  'test/overload/*.test.ts',
  'test/{clientcompat,csp,docs,fuzz,interop,typescript}/**/*.test.ts',
  'test/gateway/faults/process.test.ts',
];

const suite = (name: string, test: ViteUserConfig['test']): ViteUserConfig =>
  mergeConfig(shared, { test: { name, ...test } });

export default defineConfig({
  test: {
    projects: [
      suite('unit', {
        include: tests,
        exclude: [...configDefaults.exclude, ...processes],
        maxWorkers: '100%',
      }),
      suite('process', {
        include: processes,
        testTimeout: 300_000,
        maxWorkers: 1,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
