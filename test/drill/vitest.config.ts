import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`: these need HAProxy, nginx, jq, promtool and nats-server.
export default defineConfig(
  mergeConfig(shared, {
    test: { include: ['test/drill/*.drill.ts'], maxWorkers: 1, testTimeout: 300_000 },
  }),
);
