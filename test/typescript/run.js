// Compiles what the plugin generates, and the runtime's own declarations with it, under every flag that makes
// TypeScript stricter, with each version users have: `npm run test:typescript`. The runtime must have been built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest and the newest of what we say we compile under; each is the last of its line when this was written. */
const VERSIONS = ['5.9.3', '6.0.3', '7.0.2'];

const root = fileURLToPath(new URL('../../', import.meta.url));
const project = join(root, 'test/typescript/tsconfig.json');

for (const version of VERSIONS) {
  const start = performance.now();
  const run = spawnSync(process.execPath, [compiler(version), '-p', project, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`TypeScript ${version}: ${run.status === 0 ? 'compiles' : 'fails'} (${seconds} s)`);
  if (run.status === 0) continue;
  console.error(run.stdout + run.stderr);
  process.exitCode = 1;
}

/** Installs a version of TypeScript where git does not see it. @param {string} version @returns {string} its tsc */
function compiler(version) {
  const dir = join(root, 'node_modules/.cache/typescript', version);
  const tsc = join(dir, 'node_modules/typescript/bin/tsc');
  if (existsSync(tsc)) return tsc;
  const args = [
    'install',
    '--prefix',
    dir,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `typescript@${version}`,
  ];
  const run = spawnSync('npm', args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${run.stderr}`);
  return tsc;
}
