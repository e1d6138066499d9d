import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { echoProto, folderWith, pipit, projectWith, write } from './main-process.ts';

const bin = fileURLToPath(new URL('../bin/pipit.js', import.meta.url));

async function complete(cwd: string, ...words: string[]): Promise<string[]> {
  const run = await pipit(['__complete', '--', ...words], { cwd });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return run.stdout.split('\n').slice(0, -1);
}

test('commands, flags, methods and shells are completed', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  expect(await complete(cwd, 'r')).toEqual(['rpc', 'routes']);
  expect(await complete(cwd, '')).toEqual(expect.arrayContaining(['new', 'rpc', 'gen', 'call', '--version']));
  expect(await complete(cwd, 'gen', '--')).toEqual([
    '--watch',
    '--check',
    '--against',
    '--force',
    '--root',
    '--help',
  ]);
  expect(await complete(cwd, 'call', '')).toEqual(['user.v0.Echo/Hello']);
  expect(await complete(cwd, 'call', '--raw', 'user.')).toEqual(['user.v0.Echo/Hello']);
  expect(await complete(cwd, 'call', 'user.v0.Echo/Hello', '')).toEqual([]);
  expect(await complete(cwd, 'call', '--header', '')).toEqual([]);
  expect(await complete(cwd, 'call', '--output', '')).toEqual([':files']);
  expect(await complete(cwd, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
});

test('methods come from protos that do not compile too, and outside of a project there are none', async () => {
  const cwd = projectWith({
    'rpc/a.proto': `syntax = "proto3";
// package wrong; service No { rpc No(M) returns (M); }
package a.v1;
message M { string service = 1; oneof rpc { string s = 2; } } // don't {
message N { reserved 1 to max/* { */; } option (url) = 'http://x{';
service S// {
{
  rpc First(M) returns (stream M) { option (x) = { a: "}" }; }
  /* { */ rpc
    Second(Missing) returns`,
  });
  expect(await complete(cwd, 'call', '')).toEqual(['a.v1.S/First', 'a.v1.S/Second']);
  expect(await complete(folderWith({}), 'call', '')).toEqual([]);
});

test.runIf(process.platform !== 'win32')('bash completes with the script', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  write(cwd, 'bin/pipit', `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(cwd, 'bin/pipit'), 0o755);
  const script = `eval "$(pipit completion bash)"
    COMP_WORDS=(pipit call us) COMP_CWORD=2; _pipit; echo "\${COMPREPLY[@]}"
    COMP_WORDS=(pipit '') COMP_CWORD=1; _pipit; echo "\${#COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script], {
    cwd,
    env: { ...process.env, PATH: join(cwd, 'bin') + delimiter + process.env['PATH'] },
    encoding: 'utf8',
  });
  expect(out).toBe('user.v0.Echo/Hello\n13\n');
});

test.each(['zsh', 'fish'])('there is a script for %s', async (shell) => {
  const run = await pipit(['completion', shell], { cwd: folderWith({}) });
  expect(run.stdout).toContain('pipit __complete -- ');
});
