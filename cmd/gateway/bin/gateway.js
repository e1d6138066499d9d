#!/usr/bin/env -S node --initial-old-space-size=256
// Committed, unlike dist: npm links a bin before anything is built.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('pipit-gateway: cmd/gateway/dist/main.js is missing: run `npm run build` first\n');
  process.exitCode = 1;
}
