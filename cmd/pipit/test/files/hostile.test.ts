import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { echoProto, folderWith, pipit } from '../main-process.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const script = '#!/bin/sh\necho owned\n';

/** What lies beside the project: nothing in it may change, come or go. */
const outsideFiles = { 'outside/keep.txt': 'keep', 'outside/stage/0': script, 'outside/empty.txt': '' };

interface Entry {
  readonly path: string;
  readonly staged: string | null;
  readonly before?: string | null;
  readonly after: string | null;
}

/** A journal as a stranger would write it: complete, but for a seal that only this machine can make. */
function journal(entries: readonly Entry[], seal: unknown = 'ab'.repeat(32)): string {
  return JSON.stringify({ version: 1, files: entries.map((entry) => ({ before: null, ...entry })), seal });
}

type Hostile = Readonly<Record<string, string | { readonly link: string }>>;

const hostile: readonly (readonly [title: string, files: (outer: string) => Hostile])[] = [
  [
    'a journal that writes to ../',
    () => ({
      'stage/0': script,
      'journal.json': journal([{ path: '../outside/new.sh', staged: '0', after: sha(script) }]),
    }),
  ],
  [
    'a journal that writes to an absolute path',
    (outer) => ({
      'stage/0': script,
      'journal.json': journal([{ path: join(outer, 'outside/new.sh'), staged: '0', after: sha(script) }]),
    }),
  ],
  [
    'a journal that deletes',
    (outer) => ({
      'stage/0': script,
      'journal.json': journal([
        { path: join(outer, 'outside/keep.txt'), staged: null, before: sha('keep'), after: null },
      ]),
    }),
  ],
  [
    'a journal that moves something in',
    () => ({
      'stage/0': script,
      'journal.json': journal([{ path: 'stolen', staged: '../../../outside/keep.txt', after: sha('keep') }]),
    }),
  ],
  [
    'a journal without a seal that writes into the project',
    () => ({
      'stage/0': script,
      'journal.json': journal([{ path: 'rpc/user/v0/echo.ts', staged: '0', after: sha(script) }], undefined),
    }),
  ],
  ['a journal that is none', () => ({ 'journal.json': '{"version":1,"files":[{"path":7}],"seal":{}}' })],
  ['a journal that is a link', () => ({ 'journal.json': { link: '../../outside/keep.txt' } })],
  ['a journal that is a folder', () => ({ 'journal.json/a': '' })],
  ['a journal that is a device', () => ({ 'journal.json': { link: '/dev/zero' } })],
  ['a stage that is a link', () => ({ stage: { link: '../../outside/stage' } })],
  ['a lock that is a link', () => ({ lock: { link: '../../outside/keep.txt' } })],
  ['a lock that is a folder', () => ({ 'lock/a': '' })],
  ['a lock of a process that runs', () => ({ lock: '1', 'stage/0': '' })],
  ['a lock of a process that runs, with a seal of its own', () => ({ lock: `1 ${'ab'.repeat(32)}` })],
  ['a record that is a link', () => ({ 'gen.json': { link: '../../outside/keep.txt' } })],
  ['a draft of the record that is a link', () => ({ 'gen.json.new': { link: '../../outside/keep.txt' } })],
  ['a .gitignore that is a link', () => ({ '.gitignore': { link: '../../outside/new' } })],
];

function put(folder: string, files: Hostile): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string') writeFileSync(file, content);
    else symlinkSync(content.link, file);
    if (path === 'stage/0') chmodSync(file, 0o755);
  }
}

/** Every file below a folder, with what it holds. */
function tree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );
}

function makeProject(files: Readonly<Record<string, string>> = {}): { outer: string; cwd: string } {
  const outer = folderWith({
    ...outsideFiles,
    'project/package.json': '{ "type": "module" }',
    'project/rpc/user/v0/echo.proto': echoProto,
    ...files,
  });
  return { outer, cwd: join(outer, 'project') };
}

describe('a .pipit/ that comes with a repository', () => {
  test.each(hostile)('%s: nothing outside of the project changes, and the work is done', async (_, files) => {
    const { outer, cwd } = makeProject();
    const before = tree(join(outer, 'outside'));
    put(join(cwd, '.pipit'), files(outer));
    const run = await pipit(['gen'], { cwd });
    expect(tree(join(outer, 'outside'))).toEqual(before);
    expect(run).toMatchObject({ status: 0 });
    expect(run.stdout).toContain('4 files written');
    expect(Object.keys(tree(join(cwd, 'rpc')))).toEqual([
      '/user/v0/echo.descriptor.ts',
      '/user/v0/echo.json.ts',
      '/user/v0/echo.pb.ts',
      '/user/v0/echo.proto',
      '/user/v0/echo.twirp.ts',
    ]);
    expect(readdirSync(outer).sort()).toEqual(['node_modules', 'outside', 'project']);
  });

  test.each(['gen', 'rpc'])(
    'that is a link: pipit %s says so, and leaves its target alone',
    async (command) => {
      const { outer, cwd } = makeProject();
      symlinkSync('../outside', join(cwd, '.pipit'));
      const before = tree(join(outer, 'outside'));
      const run = await pipit(command === 'gen' ? ['gen'] : ['rpc', '--server=user', '--version=0'], { cwd });
      expect(run.status).toBe(1);
      expect(run.stderr).toBe(
        'pipit: .pipit is a link, and pipit keeps its own files there: remove it and run again\n',
      );
      expect(tree(join(outer, 'outside'))).toEqual(before);
      expect(readlinkSync(join(cwd, '.pipit'))).toBe('../outside');
      expect((await pipit(['gen', '--check'], { cwd })).stderr).toContain('4 files are not up to date');
    },
  );

  test('a journal of a stranger is told, once', async () => {
    const { cwd } = makeProject();
    put(join(cwd, '.pipit'), { 'journal.json': journal([]) });
    expect((await pipit(['gen'], { cwd })).stderr).toBe(
      '.pipit/journal.json was not written here, or was changed since: removed, and nothing done of it\n',
    );
    expect((await pipit(['gen'], { cwd })).stderr).toBe('');
  });

  test('a record of what was generated is not believed', async () => {
    const { cwd } = makeProject();
    await pipit(['gen'], { cwd });
    const code = join(cwd, 'rpc/user/v0/echo.pb.ts');
    const path = join(cwd, '.pipit/gen.json');
    // As if code with something added to it had been generated.
    const added = `${readFileSync(code, 'utf8')}\nfetch('https://example.com');\n`;
    writeFileSync(code, added);
    const record = JSON.parse(readFileSync(path, 'utf8')) as {
      state: { protos: Record<string, { outputs: Record<string, string> }> };
    };
    record.state.protos['user/v0/echo.proto']!.outputs['user/v0/echo.pb.ts'] = createHash('sha256')
      .update(added)
      .digest('base64url');
    writeFileSync(path, JSON.stringify(record));
    expect((await pipit(['gen', '--check'], { cwd })).stderr).toContain('1 file is not up to date');
    await pipit(['gen'], { cwd });
    expect(readFileSync(code, 'utf8')).not.toContain('fetch(');
    // Nor that of another project of this machine.
    const { cwd: other } = makeProject();
    rmSync(join(other, '.pipit'), { recursive: true, force: true });
    put(join(other, '.pipit'), { 'gen.json': readFileSync(path, 'utf8') });
    expect((await pipit(['gen'], { cwd: other })).stdout).toContain('4 files written');
  });
});
