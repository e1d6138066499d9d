import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Not part of `npm test`, which has test/openapi: tools that are installed for it.
export default defineConfig(mergeConfig(shared, { test: { include: ['test/openapi-tools/**/*.tools.ts'] } }));
