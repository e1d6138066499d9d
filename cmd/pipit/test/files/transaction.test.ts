import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownSecret } from '../../src/files/own-secret.ts';
import { applyFiles, recover } from '../../src/files/transaction.ts';

const dyingRun = fileURLToPath(new URL('dying-run.js', import.meta.url));
let root = '';
let project = { root: '', stateDir: '' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pipit-files-'));
  project = { root, stateDir: join(root, '.pipit') };
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const at = (path: string): string => join(root, path);

/** Every file below the root but the command line's own, with what it holds. */
function tree(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.pipit') && !statSync(at(path)).isDirectory())
      .sort()
      .map((path) => [path, readFileSync(at(path), 'utf8')]),
  );
}

const before = { 'a.txt': 'old a', 'c.txt': 'old c', 'd.txt': 'old d', 'e.txt': 'old e' };
const after = { 'a.txt': 'new a', 'd.txt': 'old d', 'deep/er/b.txt': 'new b', 'e.txt': 'new e' };

function reset(): void {
  for (const name of readdirSync(root)) rmSync(at(name), { recursive: true });
  for (const [path, text] of Object.entries(before)) writeFileSync(at(path), text);
}

describe('applyFiles', () => {
  it('writes, makes folders, removes, and says what became of each', async () => {
    reset();
    const applied = await applyFiles(project, [
      { path: at('a.txt'), content: 'new a' },
      { path: at('deep/er/b.txt'), content: Buffer.from('new b') },
      { path: at('c.txt'), content: null },
      { path: at('d.txt'), content: 'old d' },
      { path: at('gone.txt'), content: null },
    ]);
    expect(tree()).toEqual({ ...after, 'e.txt': 'old e' });
    expect(applied).toEqual({
      created: [at('deep/er/b.txt')],
      updated: [at('a.txt')],
      deleted: [at('c.txt')],
      unchanged: [at('d.txt'), at('gone.txt')],
    });
    expect(readdirSync(project.stateDir)).toEqual(['.gitignore']);
    expect(readFileSync(at('.pipit/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('does not touch what is as it shall be, nor make its own folder for it', async () => {
    reset();
    utimesSync(at('d.txt'), 1, 1);
    await applyFiles(project, [{ path: at('d.txt'), content: 'old d' }]);
    expect(statSync(at('d.txt')).mtimeMs).toBe(1000);
    expect(existsSync(project.stateDir)).toBe(false);
  });

  it('keeps permissions and links', async () => {
    writeFileSync(at('script.sh'), 'old');
    chmodSync(at('script.sh'), 0o751);
    writeFileSync(at('real.txt'), 'old');
    symlinkSync('real.txt', at('link.txt'));
    await applyFiles(project, [
      { path: at('script.sh'), content: 'new' },
      { path: at('link.txt'), content: 'new' },
    ]);
    expect(statSync(at('script.sh')).mode & 0o777).toBe(0o751);
    expect(lstatSync(at('link.txt')).isSymbolicLink()).toBe(true);
    expect(tree()).toEqual({ 'script.sh': 'new', 'real.txt': 'new', 'link.txt': 'new' });
  });

  it.each([
    [
      'saved in the meantime',
      () => writeFileSync(at('e.txt'), 'saved'),
      'e.txt changed while pipit was at work',
    ],
    ['removed in the meantime', () => rmSync(at('e.txt')), 'e.txt changed while pipit was at work'],
    [
      'made in the meantime',
      () => writeFileSync(at('b.txt'), 'theirs'),
      'b.txt changed while pipit was at work',
    ],
    ['made read-only', () => chmodSync(at('a.txt'), 0o444), 'a.txt is read-only'],
    ['a folder', () => mkdirSync(at('x.txt')), 'x.txt is in the way'],
    ['in a folder that is a file', () => writeFileSync(at('f'), ''), 'ENOTDIR'],
  ])('writes nothing at all where a file was %s', async (_, meddle, message) => {
    reset();
    meddle();
    const found = tree();
    const changes = [
      { path: at('a.txt'), content: 'new a' },
      { path: at('b.txt'), content: 'new b', before: null },
      { path: at('e.txt'), content: 'new e', before: 'old e' },
      { path: at('x.txt'), content: 'new x' },
      ...(existsSync(at('f')) ? [{ path: at('f/g.txt'), content: 'new' }] : []),
    ];
    await expect((async () => applyFiles(project, changes))()).rejects.toThrow(message);
    expect(tree()).toEqual(found);
    expect(existsSync(at('.pipit/journal.json'))).toBe(false);
  });

  it('lets one run at a time write', async () => {
    reset();
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        applyFiles(project, [
          { path: at('a.txt'), content: `run ${index}` },
          { path: at('e.txt'), content: `run ${index}` },
        ]),
      ),
    );
    expect(tree()['a.txt']).toMatch(/^run \d$/);
    expect(tree()['e.txt']).toBe(tree()['a.txt']);
  });

  it('takes the lock of a process that is gone', async () => {
    mkdirSync(project.stateDir);
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(at('.pipit/lock'), String(gone));
    await applyFiles(project, [{ path: at('a.txt'), content: 'new' }]);
    expect(tree()).toEqual({ 'a.txt': 'new' });
  });
});

/** The first call after the journal is in place, once it was looked for: the same in every run. */
let firstWithJournal = 1;

/** Kills a run at that call. */
function killAfterJournal(): void {
  reset();
  for (; !existsSync(at('.pipit/journal.json')); firstWithJournal++) {
    reset();
    spawnSync(process.execPath, [dyingRun, root, String(firstWithJournal)]);
  }
  firstWithJournal--;
}

describe('a process killed at every call that touches the disk', () => {
  // Made once for all, which is no part of a run.
  beforeAll(() => void ownSecret());

  it('leaves the tree as before or complete, once the next command has run', async () => {
    reset();
    const { stdout } = spawnSync(process.execPath, [dyingRun, root], { encoding: 'utf8' });
    const calls = Number(stdout);
    expect(tree()).toEqual(after);
    expect(calls).toBeGreaterThan(20);
    const outcomes = { before: 0, finished: 0 };
    for (let call = 1; call <= calls; call++) {
      reset();
      expect(spawnSync(process.execPath, [dyingRun, root, String(call)]).signal).toBe('SIGKILL');
      const hadJournal = existsSync(at('.pipit/journal.json'));
      // oxlint-disable-next-line no-await-in-loop -- one kill after the other
      const told = await recover(project);
      expect(hadJournal ? [after] : [before, after]).toContainEqual(tree());
      expect(told.every((line) => /^finished what a killed run left: \d files?$/.test(line))).toBe(true);
      expect(existsSync(at('.pipit/stage'))).toBe(false);
      outcomes[tree()['a.txt'] === 'old a' ? 'before' : 'finished']++;
    }
    expect(outcomes.before).toBeGreaterThan(5);
    expect(outcomes.finished).toBeGreaterThan(5);
  });

  it('finishes nothing in a folder that has become a link', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'pipit-outside-'));
    mkdirSync(join(outside, 'er'));
    killAfterJournal();
    rmSync(at('deep'), { recursive: true, force: true });
    symlinkSync(outside, at('deep'));
    const told = await recover(project);
    expect(readdirSync(join(outside, 'er'))).toEqual([]);
    rmSync(outside, { recursive: true });
    expect(told.join('\n')).toMatch(/deep\/er\/b\.txt is not inside the project any more: left as it is/);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('new a');
  });

  it('takes nothing that is not what was staged', async () => {
    killAfterJournal();
    const found = tree();
    for (const name of readdirSync(at('.pipit/stage'))) writeFileSync(at(`.pipit/stage/${name}`), 'not it');
    await recover(project);
    expect({ ...tree(), 'c.txt': '' }).toEqual({ ...found, 'c.txt': '' });
  });

  it('does not write over what the user saved after the kill', async () => {
    killAfterJournal();
    writeFileSync(at('e.txt'), 'saved by hand');
    const told = await recover(project);
    expect(tree()['e.txt']).toBe('saved by hand');
    expect(told.join('\n')).toMatch(/e\.txt was edited after a run was killed: left as it is/);
  });
});
