import { defaultServerConditions } from 'vite';
import type { ViteUserConfig } from 'vitest/config';

// Tests run the sources, not dist: the workspace packages export them under this condition.
// Not `module`, which Node does not know: what some packages have there is for bundlers only.
const conditions = ['@pipit/source', ...defaultServerConditions.filter((name) => name !== 'module')];

/** Every suite runs the sources, and waits for what is to come as long as a busy machine takes. */
export const shared: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // How long it takes says nothing: a test that hangs is all that these limits find.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
  },
};
