import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Not part of `npm test`: *.python.ts need Python with grpcio, *.slow.ts many seconds.
const conditions = ['@pipit/source', ...defaultServerConditions.filter((name) => name !== 'module')];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/gateway/**/*.{python,slow}.ts'],
    globalSetup: 'test/gateway/require-python.ts',
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
