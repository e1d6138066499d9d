import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`: these need a Chromium on the machine.
export default defineConfig(
  mergeConfig(shared, {
    test: {
      include: ['test/browser/**/*.browser.ts'],
      globalSetup: 'test/browser/require-chromium.ts',
    },
  }),
);
