import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findProject } from '../src/project/project.ts';
import { build, emptyFolder, filesIn, pipitNew, run } from './new-cli.ts';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function project(...args: string[]): Promise<string> {
  const folder = emptyFolder();
  expect((await pipitNew(folder, 'shop', ...args)).err).toBe('');
  return join(folder, 'shop');
}

describe.each([
  { args: [], service: 'echo', type: 'Echo', prefix: '/api' },
  { args: ['--service=user_info', '--prefix=/'], service: 'user_info', type: 'UserInfo', prefix: '' },
  {
    args: ['--service', 'user_v2', '--prefix', 'my/rpc/'],
    service: 'user_v2',
    type: 'UserV2',
    prefix: '/my/rpc',
  },
])('pipit new shop $args', ({ args, service, type, prefix }) => {
  test('is complete: it compiles, passes its tests, serves, and ends calls before it exits', async () => {
    const shop = await project(...args);
    const files = filesIn(shop);
    expect(files).toEqual(
      expect.arrayContaining([
        '.dockerignore',
        '.editorconfig',
        '.github/workflows/ci.yml',
        '.gitignore',
        'Dockerfile',
        'README.md',
        'buf.gen.yaml',
        'buf.yaml',
        'cmd/server/main.ts',
        'cmd/server/services.ts',
        'package.json',
        `rpc/${service}/v1/${service}.pb.ts`,
        `rpc/${service}/v1/${service}.proto`,
        `rpc/${service}/v1/${service}.ts`,
        `rpc/${service}/v1/${service}.twirp.ts`,
        `test/${service}.test.ts`,
        'tsconfig.json',
      ]),
    );
    for (const file of files) {
      expect(file + readFileSync(join(shop, file), 'utf8')).not.toMatch(/__(?!PURE)[A-Za-z]+__/);
    }

    expect(build(shop)).toBe('');
    const tests = run(join(shop, 'dist'), process.execPath, '--enable-source-maps', '--test');
    expect([tests.status, tests.out]).toEqual([0, expect.stringMatching(/^# pass 5$/m)]);

    const { PATH } = process.env;
    const server = spawn(process.execPath, ['dist/cmd/server/main.js', '--port', '0'], {
      cwd: shop,
      env: { PATH, PORT: 'none, since the flag wins' },
    });
    onTestFinished(() => void server.kill('SIGKILL'));
    let out = '';
    server.stdout.on('data', (chunk) => (out += String(chunk)));
    await expect.poll(() => /curl -d message=world (\S+)"/.exec(out)?.[1]).toBeDefined();
    const url = new URL(/curl -d message=world (\S+)"/.exec(out)![1]!);
    expect(url.pathname).toBe(`${prefix}/${service}.v1.${type}/Hello`);
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ message: 'world' }) });
    expect(await response.json()).toEqual({ code: 0, msg: '', data: { message: 'Hello, world!' } });
    await expect.poll(() => out).toContain(response.headers.get('x-trace-id'));

    // A call whose body is still to come, when the server is told to stop.
    const socket = connect(Number(url.port), '127.0.0.1');
    const head = [`POST ${url.pathname} HTTP/1.1`, 'Host: x', 'Content-Type: application/json'];
    socket.write([...head, 'Content-Length: 18', 'Expect: 100-continue', '', ''].join('\r\n'));
    await once(socket, 'data');
    // As npm does: it passes on the Ctrl-C that the terminal has sent already.
    server.kill('SIGINT');
    await expect.poll(() => out).toContain('SIGINT: shutting down');
    server.kill('SIGINT');
    socket.write('{"message":"late"}');
    expect(String((await once(socket, 'data'))[0])).toContain('Hello, late!');
    expect(await once(server, 'exit')).toEqual([0, null]);

    // A crash is one: a process that took its signal for a wish to stop would crash for ever.
    const crashed = spawn(process.execPath, ['dist/cmd/server/main.js', '--port', '0'], { cwd: shop });
    onTestFinished(() => void crashed.kill('SIGKILL'));
    await once(crashed.stdout, 'data');
    crashed.kill('SIGSEGV');
    expect(await once(crashed, 'exit')).toEqual([null, 'SIGSEGV']);
  });
});

describe('versions', () => {
  const read = (path: string): Manifest =>
    JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Manifest;

  test("are those this repository is tested with, and the command line's own", async () => {
    const made = JSON.parse(readFileSync(join(await project(), 'package.json'), 'utf8')) as Manifest;
    const tested = { ...read('../../../package.json').devDependencies };
    const { version } = read('../package.json');
    const range = `^${version}`;
    expect(made.dependencies).toEqual({
      '@pipit/openapi': range,
      '@pipit/runtime': range,
      'close-with-grace': tested['close-with-grace'],
      fastify: tested['fastify'],
    });
    expect(made.devDependencies).toMatchObject({
      '@types/node': tested['@types/node'],
      pipit: range,
      'protoc-gen-twirp-ts': range,
      // The last that typescript-eslint takes.
      typescript: '~6.0.3',
    });
    const require = createRequire(import.meta.url);
    for (const name of ['@pipit/openapi', '@pipit/runtime', 'protoc-gen-twirp-ts']) {
      expect([name, (require(`${name}/package.json`) as Manifest).version]).toEqual([name, version]);
    }
    expect(read('../../create-pipit/package.json')).toMatchObject({
      version,
      dependencies: { pipit: range },
    });
  });
});

test('buf generates with the options that `pipit gen` has', async () => {
  const shop = await project();
  const options = [...readFileSync(join(shop, 'buf.gen.yaml'), 'utf8').matchAll(/^ {6}- (\S+)$/gm)];
  expect(options.map(([, option]) => option).join(',')).toBe(findProject(shop).pluginOptions);
});
