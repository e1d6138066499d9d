import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { bench } from '../lib/paths.js';

const pinned = pin();

/** `taskset` and its arguments where there is one: a process that stays on one core gives steadier numbers. */
function pin() {
  try {
    const args = ['-c', String(cpus().length - 1)];
    execFileSync('taskset', [...args, 'true'], { stdio: 'ignore' });
    return ['taskset', ...args];
  } catch {
    return [];
  }
}

/** True where measuring processes are pinned to one core; goes into the results. */
export const isPinned = pinned.length > 0;

/** Runs a script of this folder in a process of its own and returns the JSON it prints. */
export function runChild(script, args, { nodeArgs = [], pin: wanted = false } = {}) {
  const command = [
    ...(wanted ? pinned : []),
    process.execPath,
    ...nodeArgs,
    join(bench, 'codec', script),
    ...args,
  ];
  const out = execFileSync(command[0], command.slice(1), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out);
}
