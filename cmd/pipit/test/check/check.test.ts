import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { echoProto, pipit, projectWith, write } from '../main-process.ts';

const path = 'rpc/user/v0/echo.proto';
const renamed = echoProto.replace('rpc Hello', 'rpc Greet');

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd,
    stdio: 'ignore',
  });
}

/** A project whose only commit has the proto. */
function committed(): string {
  const cwd = projectWith({ [path]: echoProto });
  git(cwd, 'init', '--initial-branch', 'main');
  git(cwd, 'add', 'rpc', 'package.json');
  git(cwd, 'commit', '-m', 'One');
  return cwd;
}

describe('pipit check', () => {
  test('says what breaks callers, where, whom, and what to do instead', async () => {
    const cwd = committed();
    expect(await pipit(['check'], { cwd })).toEqual({
      status: 0,
      stdout: 'against HEAD: nothing that breaks callers\n',
      stderr: '',
    });
    write(cwd, path, renamed);
    const { status, stdout, stderr } = await pipit(['check'], { cwd });
    expect(status).toBe(1);
    const line = renamed.split('\n').findIndex((text) => text.includes('rpc Greet')) + 1;
    expect(stdout).toContain(
      `${path}:${line}:3: user.v0.Echo.Hello is called \`Greet\`, and so is its URL\n`,
    );
    expect(stdout).toContain(
      '  breaks   older clients: JSON, protobuf, forms; older servers: JSON, protobuf, forms\n' +
        '  instead  keep it with `option deprecated = true` beside the other until nobody calls it\n',
    );
    expect(stderr).toBe(
      'pipit: 1 change breaks callers: go the other way, or decide for it with `pipit check --accept`\n',
    );
  });

  test('a decision is remembered in a file, for this change alone', async () => {
    const cwd = committed();
    write(cwd, path, renamed);
    expect(await pipit(['check', '--accept'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    const file = join(cwd, 'rpc/accepted-changes.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      accepted: ['method_gone user.v0.Echo.Hello is called `Greet`, and so is its URL'],
    });
    expect(await pipit(['check'], { cwd })).toMatchObject({
      status: 0,
      stdout: 'against HEAD: nothing that breaks callers; 1 change accepted before\n',
    });
    write(cwd, path, renamed.replace('Greet', 'Welcome'));
    expect(await pipit(['check'], { cwd })).toMatchObject({ status: 1 });
  });

  test('compares with another commit, a folder, and a project', async () => {
    const cwd = committed();
    const before = projectWith({});
    cpSync(join(cwd, 'rpc'), join(before, 'rpc'), { recursive: true });
    write(cwd, path, renamed);
    git(cwd, 'commit', '-a', '-m', 'Two');
    for (const against of ['HEAD^', before, join(before, 'rpc')]) {
      expect(await pipit(['check', '--against', against], { cwd }), against).toMatchObject({ status: 1 });
    }
    expect(await pipit(['check'], { cwd })).toMatchObject({ status: 0 });
  });

  test('there is nothing to compare with before the first commit of a branch, or without protos', async () => {
    const cwd = committed();
    const nobody = '0'.repeat(40);
    expect(await pipit(['check', '--against', nobody], { cwd })).toMatchObject({
      status: 0,
      stdout: `${nobody} has no protos: there is nothing to compare with\n`,
    });
    rmSync(join(cwd, '.git'), { recursive: true });
    git(cwd, 'init');
    expect(await pipit(['check'], { cwd })).toMatchObject({
      status: 0,
      stdout: 'HEAD has no protos: there is nothing to compare with\n',
    });
  });

  test('what cannot be compared with is an error that says so', async () => {
    const cwd = committed();
    expect(await pipit(['check', '--against', 'origin/main'], { cwd })).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'pipit: "origin/main" is neither a commit that git has nor a folder: fetch it (in CI: the whole history), or name another with --against\n',
    });
    write(cwd, 'rpc/accepted-changes.json', '[]');
    const { stderr } = await pipit(['check'], { cwd });
    expect(stderr).toBe(
      'pipit: rpc/accepted-changes.json cannot be read (it is not {"accepted": [texts]}): mend it, or remove it and accept again\n',
    );
    write(cwd, path, 'syntax = "proto3"; message A { B b = 1; }');
    git(cwd, 'commit', '-a', '-m', 'Broken');
    write(cwd, path, echoProto);
    expect((await pipit(['check'], { cwd })).stderr).toBe(
      'pipit: the protos of HEAD do not compile ("B" is not defined.): compare with another commit\n',
    );
  });
});

describe('pipit gen --check --against', () => {
  test('asks for both', async () => {
    const cwd = committed();
    await pipit(['gen'], { cwd });
    const args = ['gen', '--check', '--against', 'HEAD'];
    expect(await pipit(args, { cwd })).toMatchObject({ status: 0 });
    write(cwd, path, renamed);
    await pipit(['gen'], { cwd });
    expect(await pipit(args, { cwd })).toMatchObject({ status: 1 });
    expect(existsSync(join(cwd, 'rpc/accepted-changes.json'))).toBe(false);
  });

  test('--against without --check is refused', async () => {
    expect(await pipit(['gen', '--against', 'HEAD'], { cwd: committed() })).toMatchObject({ status: 2 });
  });
});
