import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Not part of `npm test`: these need a Chromium on the machine.
const conditions = ['@pipit/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: 'test/browser/require-chromium.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
