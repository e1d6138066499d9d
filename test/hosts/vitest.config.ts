import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`, which puts fewer cases to the same hosts: many seconds.
export default defineConfig(
  mergeConfig(shared, {
    test: {
      include: ['test/hosts/**/*.hosts.ts'],
      testTimeout: 120_000,
      // A log that throws is left for the console.
      silent: true,
    },
  }),
);
