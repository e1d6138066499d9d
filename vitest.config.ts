import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Tests run the sources, not dist: the workspace packages export them under this condition.
// Not `module`, which Node does not know: what some packages have there is for bundlers only.
const conditions = ['@pipit/source', ...defaultServerConditions.filter((name) => name !== 'module')];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'cmd/*/test/**/*.test.ts', 'test/**/*.test.ts'],
  },
});
