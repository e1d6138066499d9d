import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { echoProto, pipit, projectWith, write } from './main-process.ts';

const files = {
  'package.json': '{ "name": "shop", "version": "1.2.3", "type": "module" }',
  'rpc/user/v0/echo.proto': echoProto,
  'rpc/user/v1/echo.proto': echoProto.replace('user.v0', 'user.v1'),
};

test('prints the document of every service, with the title and version of package.json', async () => {
  const run = await pipit(['openapi', '--prefix', '/twirp'], { cwd: projectWith(files) });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'shop', version: '1.2.3' },
    servers: [{ url: '/twirp' }],
    paths: { '/user.v0.Echo/Hello': { post: {} }, '/user.v1.Echo/Hello': { post: {} } },
  });
});

test('takes title, version, servers and names from flags, and leaves out v0', async () => {
  const flags = ['--public', '--title', 'Shop', '--api-version', '2', '--json-names', 'camel'];
  const servers = ['--server', 'https://a.example/api', 'https://b.example/api'];
  const run = await pipit(['openapi', ...flags, ...servers], { cwd: projectWith(files) });
  const document = JSON.parse(run.stdout) as { paths: object };
  expect(document).toMatchObject({
    info: { title: 'Shop', version: '2' },
    servers: [{ url: 'https://a.example/api' }, { url: 'https://b.example/api' }],
  });
  expect(Object.keys(document.paths)).toEqual(['/user.v1.Echo/Hello']);
});

describe('--check', () => {
  test('passes what was written, and fails what is missing or has changed', async () => {
    const cwd = projectWith(files);
    const check = ['openapi', '-o', 'openapi.json', '--check'];
    expect(await pipit(check, { cwd })).toMatchObject({
      status: 1,
      stderr: 'pipit: openapi.json is not there: run the same command without --check\n',
    });
    expect(existsSync(join(cwd, 'openapi.json'))).toBe(false);
    expect(await pipit(['openapi', '-o', 'openapi.json'], { cwd })).toMatchObject({
      status: 0,
      stdout: 'openapi.json: 2 services\n',
    });
    expect(await pipit(check, { cwd })).toMatchObject({ status: 0, stdout: 'openapi.json: up to date\n' });
    write(
      cwd,
      'rpc/user/v1/echo.proto',
      files['rpc/user/v1/echo.proto'].replace('rpc Hello', '// New.\n  rpc Hello'),
    );
    const before = readFileSync(join(cwd, 'openapi.json'), 'utf8');
    expect(await pipit(check, { cwd })).toMatchObject({
      status: 1,
      stderr: 'pipit: openapi.json is not up to date: run the same command without --check\n',
    });
    expect(readFileSync(join(cwd, 'openapi.json'), 'utf8')).toBe(before);
  });

  test('needs a file to look at', async () => {
    expect(await pipit(['openapi', '--check'], { cwd: projectWith(files) })).toMatchObject({ status: 2 });
  });
});
