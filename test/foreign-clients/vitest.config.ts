import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`: clients that are installed for it, and Python with grpcio.
export default defineConfig(
  mergeConfig(shared, {
    test: {
      include: ['test/foreign-clients/**/*.clients.ts'],
      globalSetup: 'test/gateway/require-python.ts',
      maxWorkers: 1,
    },
  }),
);
