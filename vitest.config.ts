import { configDefaults, defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

const tests = ['packages/*/test/**/*.test.ts', 'cmd/*/test/**/*.test.ts', 'test/**/*.test.ts'];

/** Tests of the programs as processes, with signals, full disks and clocks; and those that walk a large corpus or what is random: `npm run test:programs`. */
const programs = [
  'cmd/pipit/test/files/**/*.test.ts',
  'cmd/pipit/test/rpc/{command,corpus}.test.ts',
  'cmd/pipit/test/gen-watch.test.ts',
  'packages/protoc-gen-twirp-ts/test/foreign-schemas.test.ts',
  'test/*-process/**/*.test.ts',
  'test/{clientcompat,overload}/**/*.test.ts',
  'test/codec/{option-parity,random-schemas}.test.ts',
  'test/fuzz/fast-lane.test.ts',
  'test/gateway/faults/process.test.ts',
  'test/interop/{connect-conformance,haberdasher}.test.ts',
  'test/peers/{calls,growing}.test.ts',
  'test/validate/{differential,edges,openapi}.test.ts',
];

/** Tests that start processes, servers and compilers: two files at a time, because they wait more than they work. */
const processes = [
  'cmd/pipit/test/**/*.test.ts',
  'packages/protoc-gen-twirp-ts/test/plugin.test.ts',
  'test/{csp,docs,fuzz,interop,typescript,validate}/**/*.test.ts',
];

/**
 * Tests that must load everything themselves: those that count work, because V8 counts only in code that is loaded after
 * it was told to, and all of it is slower then; and those that put something in a module's place.
 */
const isolated = [
  'packages/gateway/test/keys/reloadable-key-ring.test.ts',
  'test/codec/{cost,hostile,linear}.test.ts',
  'test/validate/hostile.test.ts',
];

const startsProcesses = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 120_000, interval: 20 } },
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
};

const suite = (name: string, test: ViteUserConfig['test']): ViteUserConfig =>
  mergeConfig(shared, { test: { name, ...test } });

export default defineConfig({
  test: {
    projects: [
      suite('unit', {
        include: tests,
        exclude: [...configDefaults.exclude, ...isolated, ...processes, ...programs],
        maxWorkers: '100%',
        // Loading the runtime anew for every file takes longer than most files do.
        isolate: false,
      }),
      suite('isolated', { include: isolated, maxWorkers: '100%' }),
      suite('process', {
        ...startsProcesses,
        include: processes,
        exclude: [...configDefaults.exclude, ...isolated, ...programs],
      }),
      suite('programs', { ...startsProcesses, include: programs }),
    ],
  },
});
