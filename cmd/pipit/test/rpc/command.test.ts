import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recover } from '../../src/files/transaction.ts';
import { findProject } from '../../src/project/project.ts';
import { pipit, pipitProcess, type Run, startPipit } from '../main-process.ts';
import { makeProject, type TestProject } from './project.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  project.remove();
});

const pipitRpc = (...args: string[]): Promise<Run> => pipit(['rpc', ...args], { cwd: project.root });

/** Every file of the project but what is installed and the command line's own. */
function tree(root = project.root): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root)) {
    if (name === 'node_modules' || name === '.pipit') continue;
    for (const path of statSync(join(root, name)).isDirectory()
      ? readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((inside) =>
          join(name, inside),
        )
      : [name]) {
      if (statSync(join(root, path)).isFile()) found[path] = readFileSync(join(root, path), 'utf8');
    }
  }
  return found;
}

describe('pipit rpc', () => {
  it('has help for every flag, and examples', async () => {
    const { stdout, status } = await pipitRpc('--help');
    expect(status).toBe(0);
    for (const flag of [
      '--server',
      '--service',
      '--version',
      '--root',
      '--package',
      '--method',
      '--dry-run',
    ]) {
      expect(stdout).toContain(flag);
    }
    expect(stdout).toContain('pipit rpc --server=user --service=login --version=2');
  });

  it('says what it did, and finds the project from a folder inside it', async () => {
    expect(await pipitRpc('--server=foo', '--service=echo')).toMatchObject({ status: 0, stderr: '' });
    project.write(
      'rpc/foo/v1/echo.proto',
      `${readFileSync(join(project.root, 'rpc/foo/v1/echo.proto'), 'utf8')}// end\n`,
    );
    const args = ['rpc', '--server=foo', '--service=echo', '--version=1', '--method=Bye'];
    const { stdout, stderr, status } = await pipit(args, { cwd: join(project.root, 'rpc/foo') });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'updated   v1/echo.proto (added Bye)',
      'updated   v1/echo.pb.ts',
      'updated   v1/echo.twirp.ts',
      'updated   v1/echo.descriptor.ts',
      'updated   v1/echo.json.ts',
      'updated   v1/echo.ts (added bye)',
      '',
    ]);
  });

  it('shows with --dry-run what it would do as a diff that can be applied, and writes nothing', async () => {
    await pipitRpc('--server=foo');
    const before = tree();
    const { stdout, status } = await pipitRpc('--server=foo', '--method=Bye', '--dry-run');
    expect(status).toBe(0);
    expect(tree()).toEqual(before);
    const patch = stdout
      .split('\n')
      .filter((line) => !line.startsWith('would '))
      .join('\n');
    expect(patch).toContain('+  rpc Bye(ByeRequest) returns (ByeResponse);');
    const applied = spawnSync('git', ['apply', '-'], { cwd: project.root, input: patch, encoding: 'utf8' });
    expect(applied).toMatchObject({ status: 0, stderr: '' });
    expect((await pipitRpc('--server=foo', '--dry-run')).stdout).toMatch(/^would update .*\(generated\)$/m);
    await pipitRpc('--server=foo');
    expect((await pipitRpc('--server=foo', '--dry-run')).stdout).toBe('nothing to do\n');
  });

  it('ends with 2 for a command line that is wrong, in one line with the remedy', async () => {
    expect(await pipitRpc('--server=Foo')).toEqual(
      expect.objectContaining({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/^pipit: .* say --server=foo\n$/),
      }),
    );
    expect(await pipitRpc()).toMatchObject({ status: 2, stderr: expect.stringMatching(/--server/) });
    expect((await pipitRpc('foo')).stderr).toBe('pipit: foo is not a flag: did you mean --server foo?\n');
    expect((await pipitRpc('--server=foo', 'bar')).stderr).toBe(
      'pipit: bar is not a flag: did you mean --service bar?\n',
    );
    expect(existsSync(join(project.root, 'rpc'))).toBe(false);
  });

  it('ends with 1 where something is left to the user, having done the rest', async () => {
    await pipitRpc('--server=foo');
    project.write('rpc/foo/v1/foo.ts', 'export class FooServer implements Foo {{\n');
    const { status, stdout, stderr } = await pipitRpc('--server=foo', '--method=Bye');
    expect(status).toBe(1);
    expect(stdout).toContain('updated   rpc/foo/v1/foo.twirp.ts');
    expect(stderr).toMatch(
      /^left to you:\n {2}rpc\/foo\/v1\/foo\.ts:1:40: .*\npipit: one thing could not be done/,
    );
  });
});

/** How often the command is killed; the figure of record is 200, by `npm run test:full`. */
const KILLS = Number(process.env['PIPIT_KILLS'] ?? 6);

describe(`killed ${KILLS} times`, () => {
  it('the tree is as before or complete, or the next command completes it', async () => {
    await project.rpc({ server: 'foo', service: 'echo' });
    const base = `${project.root}-before`;
    const restore = (): void => {
      for (const name of ['rpc', 'cmd', '.pipit']) {
        rmSync(join(project.root, name), { recursive: true, force: true });
        if (existsSync(join(base, name)))
          cpSync(join(base, name), join(project.root, name), { recursive: true });
      }
    };
    const args = ['--server=foo', '--service=bar', '--method=A', '--method=B'];
    for (const name of ['rpc', 'cmd'])
      cpSync(join(project.root, name), join(base, name), { recursive: true });
    const before = tree();
    const started = performance.now();
    await pipitProcess(['rpc', ...args], { cwd: project.root });
    const took = performance.now() - started;
    const complete = tree();
    expect(Object.keys(complete)).toHaveLength(Object.keys(before).length + 6);
    const outcomes = { before: 0, complete: 0, healed: 0 };
    try {
      for (let kill = 1; kill <= KILLS; kill++) {
        restore();
        const child = startPipit(['rpc', ...args], { cwd: project.root });
        const ended = new Promise((done) => child.on('exit', done));
        // Every other time while it writes, which is a moment of the whole.
        // oxlint-disable no-await-in-loop -- one kill after the other
        if (kill % 2 === 0) {
          while (!existsSync(join(project.root, '.pipit/stage')) && child.exitCode === null) await turn();
          const until = performance.now() + Math.random() * 12;
          while (performance.now() < until) await turn();
        } else await delay(Math.random() * took);
        child.kill('SIGKILL');
        await ended;
        const found = tree();
        if (isSame(found, before)) outcomes.before++;
        else if (isSame(found, complete)) outcomes.complete++;
        else outcomes.healed++;
        await recover(findProject(project.root));
        // oxlint-enable no-await-in-loop
        expect([before, complete]).toContainEqual(tree());
      }
    } finally {
      rmSync(base, { recursive: true });
    }
    expect(outcomes.before + outcomes.complete + outcomes.healed).toBe(KILLS);
    if (KILLS > 6) process.stdout.write(`killed ${KILLS} times: ${JSON.stringify(outcomes)}\n`);
  }, 600_000);
});

function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  const paths = Object.keys({ ...a, ...b });
  return paths.every((path) => a[path] === b[path]);
}
