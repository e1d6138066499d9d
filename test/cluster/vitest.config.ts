import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`: it needs nats-server.
export default defineConfig(
  mergeConfig(shared, {
    test: {
      include: ['test/cluster/**/*.cluster.ts'],
      globalSetup: 'test/cluster/require-nats.ts',
      maxWorkers: 1,
      testTimeout: 120_000,
    },
  }),
);
