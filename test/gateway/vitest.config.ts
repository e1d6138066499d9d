import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`: *.python.ts need Python with grpcio, *.slow.ts many seconds.
export default defineConfig(
  mergeConfig(shared, {
    test: {
      include: ['test/gateway/**/*.{python,slow}.ts'],
      globalSetup: 'test/gateway/require-python.ts',
      maxWorkers: 1,
      testTimeout: 300_000,
    },
  }),
);
