import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { place } from '../src/new/place.ts';
import { emptyFolder, filesIn, pipitNew, run, startNew } from './new-cli.ts';

describe('where', () => {
  test('a folder that is not there is made, with those above it', async () => {
    const folder = emptyFolder();
    const { status, out } = await pipitNew(folder, 'teams/core/shop');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^made teams\/core\/shop: \d+ files\. Now:\n {2}cd teams\/core\/shop\n {2}npm install\n {2}npm start\n$/,
    );
    expect(readdirSync(join(folder, 'teams/core'))).toEqual(['shop']);
  });

  test('an empty folder stays the one it is: it may be the working directory', async () => {
    const folder = emptyFolder();
    const { ino } = statSync(folder);
    expect((await pipitNew(folder, '.')).out).toMatch(
      /^made the project: \d+ files\. Now:\n {2}npm install\n/,
    );
    expect(statSync(folder).ino).toBe(ino);
    expect(filesIn(folder)).toContain('package.json');
  });

  test('beside what is there already, of which nothing is lost', async () => {
    const folder = emptyFolder();
    const own = {
      'README.md': '# Mine\n',
      '.gitignore': 'secret\n',
      LICENSE: 'MIT',
      '.github/CODEOWNERS': '* @me',
      'rpc/notes.txt': 'mine',
      'cmd/server/main.go': 'package main',
    };
    for (const [path, text] of Object.entries(own)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { status, out, err } = await pipitNew(folder, '.');
    expect([status, err]).toEqual([0, 'kept .gitignore as it was\nkept README.md as it was\n']);
    expect(out).toMatch(/^made the project: \d+ files\. Now:\n/);
    for (const [path, text] of Object.entries(own)) {
      expect([path, readFileSync(join(folder, path), 'utf8')]).toEqual([path, text]);
    }
    expect(filesIn(folder)).toEqual(
      expect.arrayContaining([
        'package.json',
        'rpc/echo/v1/echo.pb.ts',
        'cmd/server/main.ts',
        '.github/workflows/ci.yml',
      ]),
    );
  });

  test.each([
    [
      'a project',
      'package.json',
      'shop is a project already, it has a package.json: choose another folder, or make a service in it with `pipit rpc --server=NAME`',
    ],
    [
      'a file that would be written over',
      'rpc/echo/v1/echo.ts',
      'shop has rpc/echo/v1/echo.ts already: nothing was written. Move that away, or choose another folder',
    ],
    [
      'a file where a folder would be',
      'cmd',
      'shop has cmd already: nothing was written. Move that away, or choose another folder',
    ],
  ])('a folder with %s is refused', async (_, path, message) => {
    const folder = emptyFolder();
    mkdirSync(dirname(join(folder, 'shop', path)), { recursive: true });
    writeFileSync(join(folder, 'shop', path), '');
    const { status, out, err } = await pipitNew(folder, 'shop');
    expect([status === 0, out, err]).toEqual([false, '', `pipit: ${message}\n`]);
    expect(filesIn(folder)).toEqual([`shop/${path}`]);
  });

  test('a file where a folder should be is named', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'notes'), '');
    for (const dir of ['notes', 'notes/shop', 'notes/teams/shop']) {
      const { status, err } = await pipitNew(folder, dir);
      expect([dir, status, err]).toEqual([dir, 2, 'pipit: notes is a file: choose another folder\n']);
    }
  });

  test('without a terminal the folder has to be said', async () => {
    const { status, err } = await pipitNew(emptyFolder());
    expect(status).toBe(2);
    expect(err).toBe('pipit: which folder shall the project be in? Say `pipit new DIR`\n');
  });
});

describe('git', () => {
  const inWorkTree = (folder: string): string =>
    run(folder, 'git', 'rev-parse', '--show-toplevel').out.trim();

  test('a repository without a commit, which ignores what is installed and built', async () => {
    const folder = join(emptyFolder(), 'shop');
    await pipitNew(join(folder, '..'), 'shop');
    expect(inWorkTree(folder)).toBe(folder);
    mkdirSync(join(folder, 'node_modules/x'), { recursive: true });
    for (const file of ['node_modules/x/y', 'a.log', '.env']) writeFileSync(join(folder, file), '');
    const { out } = run(folder, 'git', 'status', '--short', '--untracked-files=all');
    expect(out.split('\n').map((line) => line.slice(3))).toEqual(
      expect.arrayContaining(['package.json', '.gitignore', 'rpc/echo/v1/echo.pb.ts']),
    );
    expect(out).not.toMatch(/node_modules|\.log|\.env/);
  });

  test('--no-git makes none', async () => {
    const folder = emptyFolder();
    await pipitNew(folder, 'shop', '--no-git');
    expect(existsSync(join(folder, 'shop/.git'))).toBe(false);
  });

  test('none inside another; one that has just been made counts as empty', async () => {
    const folder = emptyFolder();
    run(folder, 'git', 'init');
    expect((await pipitNew(folder, 'shop')).status).toBe(0);
    expect(existsSync(join(folder, 'shop/.git'))).toBe(false);

    const fresh = emptyFolder();
    run(fresh, 'git', 'init');
    expect((await pipitNew(fresh, '.')).status).toBe(0);
    expect(filesIn(fresh)).toContain('package.json');
  });
});

describe('names', () => {
  test.each([
    [
      ['--name', 'My Shop'],
      /^pipit: --name "My Shop" is not a valid name of an npm package: .*for example my-shop$/,
    ],
    [['--name', 'node_modules'], /^pipit: --name "node_modules" is not a valid name of an npm package/],
    [['--service', 'Echo'], /^pipit: --service "Echo" must be lower-case .*say --service=echo$/],
    [['--service', 'a/../b'], /^pipit: --service /],
    [['--service', 'foo-bar'], /^pipit: --service .*say --service=foo_bar$/],
    [
      ['--service', 'hello_request'],
      /^pipit: --service hello_request would be called HelloRequest, which a new/,
    ],
    [['--service', 'promise'], /^pipit: --service "promise" would be called Promise, which TypeScript has/],
    [
      ['--prefix', '/a b'],
      /^pipit: --prefix "\/a b" is not a valid path prefix: write it like \/api or \/my\/api, or \/ for none$/,
    ],
    [['--prefix', "/'"], /^pipit: --prefix /],
    [['--prefix', '/../x'], /^pipit: --prefix /],
    [['--color'], /^pipit: unknown option '--color'/],
    [['more'], /^pipit: too many arguments/],
  ])('%j is one line and nothing written', async (args, line) => {
    const folder = emptyFolder();
    const { status, out, err } = await pipitNew(folder, 'shop', ...args);
    expect([status, out]).toEqual([2, '']);
    expect(err.trimEnd()).toMatch(line);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder that is no name of a package gives the nearest', async () => {
    const folder = emptyFolder();
    await pipitNew(folder, 'My Shop (2)');
    const { name } = JSON.parse(readFileSync(join(folder, 'My Shop (2)/package.json'), 'utf8')) as {
      name: string;
    };
    expect(name).toBe('my-shop-2');
  });
});

describe('all or nothing', () => {
  test('what fails halfway leaves nothing, not even the folders above', async () => {
    const folder = emptyFolder();
    const failing = place(join(folder, 'a/b/shop'), (stage) => {
      writeFileSync(join(stage, 'package.json'), '{}');
      throw new Error('halfway');
    });
    await expect(failing).rejects.toThrow('halfway');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what somebody else makes in the meantime is not written over', async () => {
    const folder = emptyFolder();
    const failing = place(folder, (stage) => {
      for (const entry of ['a', 'b', 'c']) writeFileSync(join(stage, entry), '');
      mkdirSync(join(folder, 'b'));
    });
    await expect(failing).rejects.toThrow(/ has b already: nothing was written\./);
    expect(readdirSync(folder)).toEqual(['b']);
  });

  test('killed while it writes, there is no project, or all of it', async () => {
    const folder = emptyFolder();
    await pipitNew(folder, 'whole', '--no-git');
    const whole = filesIn(join(folder, 'whole'));
    for (let round = 0; round < 3; round++) {
      const child = startNew(folder, 'shop', '--no-git');
      // Its hidden folder beside is the sign that it has begun to write.
      await expect
        .poll(() => readdirSync(folder).some((entry) => entry.startsWith('.shop-')), { interval: 1 })
        .toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const made = existsSync(join(folder, 'shop'));
      expect(made ? filesIn(join(folder, 'shop')) : whole).toEqual(whole);
      if (made) break;
    }
  });
});
