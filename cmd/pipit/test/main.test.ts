import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  echoProto,
  folderWith,
  pipit,
  pipitProcess,
  projectWith,
  startPipit,
  write,
} from './main-process.ts';

const commands = ['new', 'rpc', 'gen', 'routes', 'call', 'gateway', 'doctor', 'completion'];

test('--version is that of the package', async () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  for (const flag of ['--version', '-v']) {
    const run = await pipitProcess([flag], { cwd: folderWith({}) });
    expect(run).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  }
});

test('--help lists every command, and each has help with examples', async () => {
  const cwd = folderWith({});
  const help = await pipitProcess(['--help'], { cwd });
  for (const name of commands) {
    expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    const own = await pipit([name, '--help'], { cwd });
    expect(own).toMatchObject({ status: 0, stderr: '' });
    expect(own.stdout).toContain(`Usage: pipit ${name}`);
    // Beside the first line, which is the usage.
    expect(own.stdout.split('\n').slice(1).join('\n')).toContain(`pipit ${name}`);
  }
  expect(help.stdout).not.toContain('__complete');
});

test.each<[string[], string]>([
  [['gne'], "pipit: unknown command 'gne'. Did you mean gen?\n"],
  [['frobnicate'], "pipit: unknown command 'frobnicate'. See --help\n"],
  [['gen', '--wacth'], "pipit: unknown option '--wacth'. Did you mean --watch?\n"],
  [['call'], "pipit: missing required argument 'method'. See --help\n"],
  [['gen', '--check', '--watch'], 'pipit: --check and --watch do not go together: --check ends at once\n'],
  [['completion', 'tcsh'], expect.stringContaining('Allowed choices are bash, zsh, fish')],
])('%s is a wrong command line: one line, exit status 2', async (args, message) => {
  const run = await pipitProcess(args, { cwd: projectWith({}) });
  expect(run).toEqual({ status: 2, stdout: '', stderr: message });
  expect(run.stderr.trimEnd()).not.toContain('\n');
});

test('outside of a project, commands say how to get into one', async () => {
  const cwd = folderWith({});
  expect(await pipitProcess(['gen'], { cwd })).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'pipit: no project here or above: no package.json. Make one with `pipit new DIR`, or say where it is with --root\n',
  });
  write(cwd, 'package.json', '{}');
  expect((await pipit(['routes'], { cwd })).stderr).toContain('no rpc/ beside a package.json');
  write(cwd, 'rpc/.keep', '');
  write(cwd, 'package.json', '{');
  expect((await pipit(['routes'], { cwd })).stderr).toMatch(/^pipit: package\.json cannot be read: .*\n$/);
});

test('a project is found from any folder in it, or with --root', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto, 'rpc/package.json': '{}' });
  expect((await pipitProcess(['gen'], { cwd: `${cwd}/rpc/user` })).stdout).toContain(
    'new      v0/echo.pb.ts\n',
  );
  expect((await pipit(['gen', '--root', cwd], { cwd: folderWith({}) })).stdout).toContain('up to date');
});

// oxlint-disable-next-line no-control-regex
const colors = /\x1b\[/;

test('colours are for terminals; NO_COLOR is stronger than FORCE_COLOR', async () => {
  const cwd = projectWith({ 'rpc/a.proto': 'syntax = "proto3";\nmessage {}\n' });
  expect((await pipit(['gen'], { cwd, env: { CI: 'true' } })).stderr).not.toMatch(colors);
  expect((await pipit(['gen'], { cwd, env: { FORCE_COLOR: '1' } })).stderr).toMatch(colors);
  expect((await pipit(['gen'], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).not.toMatch(
    colors,
  );
  expect((await pipit(['--help'], { cwd })).stdout).not.toMatch(colors);
});

test('a reader that stops early is no fault', async () => {
  const methods = Array.from({ length: 5000 }, (_, index) => `rpc M${index}(M) returns (M);`).join('\n');
  const cwd = projectWith({
    'rpc/a.proto': `syntax = "proto3";\nmessage M {}\nservice S {\n${methods}\n}\n`,
  });
  const child = startPipit(['routes', '--json'], { cwd });
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  child.stdout?.once('data', () => child.stdout?.destroy());
  const [status] = (await once(child, 'exit')) as [number | null];
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
