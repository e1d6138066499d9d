import { defineConfig } from 'vitest/config';

// Not part of `npm test`: these need tmux, a package registry and a minute.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: 'test/e2e/require-tmux.ts',
    // Every step needs those before it.
    bail: 1,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
