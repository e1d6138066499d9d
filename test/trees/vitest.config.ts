import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`: it needs the trees, and minutes.
export default defineConfig(
  mergeConfig(shared, {
    test: { include: ['test/trees/**/*.trees.ts'], testTimeout: 1_800_000, hookTimeout: 1_800_000 },
  }),
);
