const { execFileSync } = require('node:child_process');
const { readFileSync, rmSync } = require('node:fs');
const { match } = require('node:assert/strict');

const node = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });
for (const [compiler, config] of [
  ['typescript', 'tsconfig.json'],
  ['typescript', 'tsconfig.commonjs.json'],
  ['typescript-7', 'tsconfig.json'],
  ['typescript-7', 'tsconfig.bundler.json'],
]) {
  rmSync('dist', { recursive: true, force: true });
  node(`node_modules/${compiler}/bin/tsc`, '-p', config);
  match(readFileSync('dist/main.js', 'utf8'), /require\("@pipit\/runtime\/client"\)/);
  node('dist/main.js');
}
