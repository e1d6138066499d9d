import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { echoProto, projectWith, read, startPipit, write } from './main-process.ts';

const proto = 'rpc/user/v0/echo.proto';
const code = 'rpc/user/v0/echo.pb.ts';
const other = 'syntax = "proto3";\npackage other.v1;\nmessage Other {}\n';

interface Watch {
  readonly cwd: string;
  /** All lines of stdout so far. */
  readonly lines: readonly string[];
  /** Reads on until a line says so. */
  said(text: string): Promise<void>;
  /** Reads on until the generated code has it. */
  generated(text: string): Promise<void>;
  /** The next line of stderr. */
  error(): Promise<string>;
  /** Ends it with Ctrl-C, which is no error. */
  end(): Promise<void>;
}

/** A watcher that has generated everything once. */
async function startWatch(cwd: string): Promise<Watch> {
  const child = startPipit(['gen', '--watch'], { cwd });
  const exit = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const stdout = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const stderr = createInterface({ input: child.stderr! })[Symbol.asyncIterator]();
  const lines: string[] = [];
  const next = async (wanted: string): Promise<string> => {
    const { done, value } = await stdout.next();
    expect(done, `the watcher ended before ${wanted}`).not.toBe(true);
    lines.push(String(value));
    return String(value);
  };
  const watch: Watch = {
    cwd,
    lines,
    async said(text) {
      while (!(await next(`it said ${text}`)).includes(text));
    },
    async generated(text) {
      while (!read(cwd, code).includes(text)) await next(`it generated ${text}`);
    },
    error: async () => String((await stderr.next()).value),
    async end() {
      child.kill('SIGINT');
      expect(await exit).toEqual([0, null]);
    },
  };
  await watch.said('4 files written');
  return watch;
}

/** The identity of a file: another one where it was removed and made again. */
function identity(cwd: string, path: string): unknown {
  const { ino, birthtimeMs } = statSync(join(cwd, path));
  return { ino, birthtimeMs };
}

test('generates on save, survives errors, sees new and removed files, and ends with Ctrl-C', async () => {
  const watch = await startWatch(projectWith({ [proto]: echoProto }));
  const { cwd } = watch;
  write(cwd, proto, `${echoProto}message More {}\n`);
  await watch.said(`${proto}: 3 files written`);
  expect(read(cwd, code)).toContain('interface More ');

  write(cwd, proto, `${echoProto}message {}\n`);
  await watch.said('waiting for the next save');
  expect(await watch.error()).toBe(`${proto}:22:9: Expected message name.`);

  write(cwd, proto, echoProto);
  await watch.said('3 files written');

  write(cwd, 'rpc/new/v1/new.proto', other);
  await watch.said('rpc/new/v1/new.proto: 3 files written');

  // As editors save: a new file takes the place of the old one.
  write(cwd, 'rpc/new/v1/.new.proto.swp', `${other}message Swapped {}\n`);
  renameSync(join(cwd, 'rpc/new/v1/.new.proto.swp'), join(cwd, 'rpc/new/v1/new.proto'));
  await watch.said('rpc/new/v1/new.proto: 3 files written');

  rmSync(join(cwd, 'rpc/new/v1/new.proto'));
  await watch.said('3 removed');
  await watch.end();
});

test('a second save 40 to 200 ms after the first is answered, and so is a third', async () => {
  const watch = await startWatch(projectWith({ [proto]: echoProto }));
  let saves = 0;
  const save = (): void => write(watch.cwd, proto, `${echoProto}message Saved${++saves} {}\n`);
  for (const gap of [40, 60, 70, 75, 80, 85, 90, 100, 120, 140, 160, 200, 80, 90, 100]) {
    save();
    await delay(gap);
    save();
    await watch.generated(`interface Saved${saves} `);
    save();
    await watch.generated(`interface Saved${saves} `);
  }
  expect(read(watch.cwd, code)).toContain(`interface Saved${saves} `);
  await watch.end();
});

test('what was generated and is deleted or edited is written again, and its own work is not a save', async () => {
  const watch = await startWatch(projectWith({ [proto]: echoProto }));
  const { cwd } = watch;
  const before = read(cwd, code);
  rmSync(join(cwd, code));
  await watch.said(`${code}: 1 file written`);
  expect(read(cwd, code)).toBe(before);
  writeFileSync(join(cwd, code), before.replace('interface', 'interfaces'));
  await watch.said(`${code}: 1 file written`);
  expect(read(cwd, code)).toBe(before);
  write(cwd, proto, `${echoProto}message More {}\n`);
  await watch.said(`${proto}: 3 files written`);
  expect(watch.lines.filter((line) => line.includes('up to date'))).toEqual([]);
  await watch.end();
});

test('rpc/ may be moved away and back', async () => {
  const watch = await startWatch(projectWith({ [proto]: echoProto }));
  const [rpc, away] = [join(watch.cwd, 'rpc'), join(watch.cwd, 'away')];
  renameSync(rpc, away);
  expect(await watch.error()).toContain('no rpc/ beside a package.json');
  renameSync(away, rpc);
  await watch.said('up to date');
  write(watch.cwd, proto, `${echoProto}message Back {}\n`);
  await watch.generated('interface Back ');
  await watch.end();
});

test('a proto that git removes and writes again keeps its code', async () => {
  const watch = await startWatch(projectWith({ [proto]: echoProto, '.git/HEAD': '' }));
  const { cwd } = watch;
  const before = identity(cwd, code);
  // As git works: its lock stands while it writes.
  write(cwd, '.git/index.lock', '');
  rmSync(join(cwd, proto));
  write(cwd, 'rpc/other/v1/other.proto', other);
  await delay(1000);
  write(cwd, proto, echoProto);
  rmSync(join(cwd, '.git/index.lock'));
  await watch.said('files written');
  expect(identity(cwd, code)).toEqual(before);
  await watch.end();
});

test('git checkout, stash and rebase', async () => {
  const cwd = projectWith({ [proto]: echoProto, '.gitignore': '*.ts\n.pipit/\nnode_modules\n' });
  const git = (...args: string[]): void => {
    const user = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...user, ...args], { cwd, stdio: 'ignore' });
  };
  const commit = (text: string, message: string): void => {
    write(cwd, proto, text);
    git('add', '.');
    git('commit', '-qm', message);
  };
  git('init', '-q', '-b', 'main');
  commit(echoProto, 'first');
  git('checkout', '-qb', 'side');
  commit(`${echoProto}message Side {}\n`, 'side');
  git('checkout', '-q', 'main');
  const watch = await startWatch(cwd);
  // What a service answers stays the same throughout, so its file is never written, and shall never be gone.
  const untouched = 'rpc/user/v0/echo.twirp.ts';
  const before = identity(cwd, untouched);

  git('checkout', '-q', 'side');
  await watch.generated('interface Side ');
  write(cwd, proto, `${echoProto}message Side {}\nmessage Stashed {}\n`);
  await watch.generated('interface Stashed ');
  git('stash', '-q');
  while (read(cwd, code).includes('interface Stashed ')) await watch.said('written');
  git('stash', 'pop', '-q');
  await watch.generated('interface Stashed ');
  git('checkout', '-q', '.');
  git('checkout', '-q', 'main');
  commit(`// More.\n${echoProto}`, 'main goes on');
  git('checkout', '-q', 'side');
  git('rebase', '-q', 'main');
  await watch.generated('interface Side ');
  write(cwd, proto, `${readFileSync(join(cwd, proto), 'utf8')}message Last {}\n`);
  await watch.generated('interface Last ');
  expect(read(cwd, proto)).toMatch(/^\/\/ More\./);
  expect(read(cwd, code)).toContain('interface Side ');
  expect(identity(cwd, untouched)).toEqual(before);
  await watch.end();
});

test('a project that goes ends the watch, with a sentence', async () => {
  const cwd = projectWith({ 'inner/package.json': '{}', [`inner/${proto}`]: echoProto });
  mkdirSync(join(cwd, 'trash'));
  const child = startPipit(['gen', '--watch'], { cwd: join(cwd, 'inner') });
  const stdout = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const stderr = createInterface({ input: child.stderr! })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  while (!String((await stdout.next()).value).includes('4 files written'));
  renameSync(join(cwd, 'inner'), join(cwd, 'trash/inner'));
  expect(String((await stderr.next()).value)).toContain('is gone: nothing to watch');
  expect(await exit).toEqual([1, null]);
});
