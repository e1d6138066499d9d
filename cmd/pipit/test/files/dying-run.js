// Applies changes in a process of its own, which is killed at the N-th call that touches the disk.
// Arguments: root, N (0: never). Prints how many calls there were.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [root = '', last = '0'] = process.argv.slice(2);
let calls = 0;
const names = [
  'openSync',
  'writeSync',
  'writeFileSync',
  'fsyncSync',
  'closeSync',
  'renameSync',
  'linkSync',
  'mkdirSync',
  'rmSync',
];
for (const [module, functions] of [
  [fs, names],
  [fs.promises, ['open', 'chmod', 'chown']],
]) {
  for (const name of functions) {
    const original = module[name];
    module[name] = (...args) => {
      calls++;
      if (calls === Number(last)) process.kill(process.pid, 'SIGKILL');
      return original(...args);
    };
  }
}
syncBuiltinESMExports();

const { applyFiles } = await import('../../dist/files/transaction.js');
await applyFiles({ root, stateDir: join(root, '.pipit') }, [
  { path: join(root, 'a.txt'), content: 'new a' },
  { path: join(root, 'deep/er/b.txt'), content: 'new b', before: null },
  { path: join(root, 'c.txt'), content: null },
  { path: join(root, 'd.txt'), content: 'old d' },
  { path: join(root, 'e.txt'), content: 'new e', before: 'old e' },
]);
process.stdout.write(String(calls));
