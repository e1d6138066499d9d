import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { echoProto, folderWith, pipit, projectWith, read, rpcFiles, write } from './main-process.ts';

const types = 'syntax = "proto3";\npackage common;\nmessage Page {\n  int32 size = 1;\n}\n';
const list = `syntax = "proto3";
package list.v1;
import "common/types.proto";
service List {
  rpc All(common.Page) returns (common.Page);
}
`;

test('everything is generated once, and then only what has changed', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto, 'rpc/common/types.proto': types });
  const first = await pipit(['gen'], { cwd });
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toContain('7 files written; 2 of 2 protos compiled');
  expect(Object.keys(rpcFiles(cwd)).filter((file) => file.endsWith('.ts'))).toEqual([
    'rpc/common/types.descriptor.ts',
    'rpc/common/types.json.ts',
    'rpc/common/types.pb.ts',
    'rpc/user/v0/echo.descriptor.ts',
    'rpc/user/v0/echo.json.ts',
    'rpc/user/v0/echo.pb.ts',
    'rpc/user/v0/echo.twirp.ts',
  ]);

  const again = await pipit(['gen'], { cwd });
  expect(again.stdout).toContain('2 protos: up to date');

  const untouched = statSync(join(cwd, 'rpc/user/v0/echo.twirp.ts')).mtimeMs;
  write(
    cwd,
    'rpc/user/v0/echo.proto',
    echoProto.replace('string message = 1;', 'string message = 1;\n  int32 age = 2;'),
  );
  const edited = await pipit(['gen'], { cwd });
  expect(edited.stdout).toContain('1 of 2 protos compiled');
  expect(read(cwd, 'rpc/user/v0/echo.pb.ts')).toContain('age: number');
  expect(statSync(join(cwd, 'rpc/user/v0/echo.twirp.ts')).mtimeMs).toBe(untouched);
});

test('a changed import makes what imports it stale, however far away', async () => {
  const cwd = projectWith({
    'rpc/common/types.proto': types,
    'rpc/common/all.proto': 'syntax = "proto3";\npackage common;\nimport public "common/types.proto";\n',
    'rpc/list/v1/list.proto': list.replace('common/types.proto', 'common/all.proto'),
  });
  await pipit(['gen'], { cwd });
  expect(read(cwd, 'rpc/list/v1/list.twirp.ts')).not.toContain("kind: 'download'");
  write(
    cwd,
    'rpc/common/types.proto',
    types.replace('int32 size = 1;', 'string content_type = 1;\n  bytes data = 2;'),
  );
  const run = await pipit(['gen'], { cwd });
  expect(run.stdout).toContain('3 of 3 protos compiled');
  expect(read(cwd, 'rpc/list/v1/list.twirp.ts')).toContain("kind: 'download'");
});

test('a broken import is told once, not in everything that imports it', async () => {
  const cwd = projectWith({
    'rpc/a/v1/list.proto': list.replace('list.v1', 'a.v1'),
    'rpc/common/types.proto': types.replace('message Page', 'mess Page'),
    'rpc/list/v1/list.proto': list,
    'rpc/z.proto': 'syntax = "proto3";\nimport "gone.proto";\n',
  });
  const run = await pipit(['gen'], { cwd });
  expect(run.stderr.replace(/^  .*\n/gm, ''))
    .toBe(`rpc/common/types.proto:3:1: Expected top-level statement (e.g. "message").
rpc/z.proto:2:1: "gone.proto" is not there: imports are paths below rpc/
pipit: 2 errors in 2 files: nothing was written
`);
});

test('options in package.json reach the plugin, and changing them generates again', async () => {
  const proto = 'syntax = "proto3";\npackage a;\nmessage A {\n  int64 id = 1;\n}\n';
  const cwd = projectWith({ 'rpc/a.proto': proto });
  await pipit(['gen'], { cwd });
  expect(read(cwd, 'rpc/a.pb.ts')).toContain('id: bigint');
  write(cwd, 'package.json', '{ "pipit": { "options": { "int64": "string", "json_client": false } } }');
  const run = await pipit(['gen'], { cwd });
  expect(read(cwd, 'rpc/a.pb.ts')).toContain('id: string');
  // No longer asked for.
  expect(run.stdout).toContain('removed  rpc/a.json.ts');
  write(cwd, 'package.json', '{ "pipit": { "options": { "int46": "string" } } }');
  expect(await pipit(['gen'], { cwd })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('unknown option "int46". Valid options: enum='),
  });
});

test('imports of generated files end as the tsconfig allows', async () => {
  const files = { 'rpc/common/types.proto': types, 'rpc/list/v1/list.proto': list };
  const cwd = projectWith({
    ...files,
    'base.json': '{ "compilerOptions": { "rewriteRelativeImportExtensions": true, /* why */ }, }',
    'tsconfig.json': '{\n  // JSON with comments\n  "extends": "./base.json",\n}',
  });
  await pipit(['gen'], { cwd });
  expect(read(cwd, 'rpc/list/v1/list.twirp.ts')).toContain("'./list.pb.ts'");
  rmSync(join(cwd, 'base.json'));
  await pipit(['gen'], { cwd });
  expect(read(cwd, 'rpc/list/v1/list.twirp.ts')).toContain("'./list.pb.js'");
});

test('edited or deleted output is written again', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  await pipit(['gen'], { cwd });
  const good = rpcFiles(cwd);
  write(cwd, 'rpc/user/v0/echo.pb.ts', `<<<<<<< ours\n${good['rpc/user/v0/echo.pb.ts']}`);
  rmSync(join(cwd, 'rpc/user/v0/echo.twirp.ts'));
  expect((await pipit(['gen'], { cwd })).status).toBe(0);
  expect(rpcFiles(cwd)).toEqual(good);
});

test('generated files whose proto or service is gone are removed, and no others', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto, 'rpc/common/types.proto': types });
  await pipit(['gen'], { cwd });
  write(cwd, 'rpc/common/own.pb.ts', 'export const mine = 1;\n');
  rmSync(join(cwd, 'rpc/common/types.proto'));
  write(cwd, 'rpc/user/v0/echo.proto', echoProto.replace(/service Echo \{[^}]*\}/, ''));
  const run = await pipit(['gen'], { cwd });
  expect(run.stdout).toContain('removed  rpc/common/types.pb.ts');
  expect(Object.keys(rpcFiles(cwd))).toEqual([
    'rpc/common/own.pb.ts',
    'rpc/user/v0/echo.descriptor.ts',
    'rpc/user/v0/echo.json.ts',
    'rpc/user/v0/echo.pb.ts',
    'rpc/user/v0/echo.proto',
  ]);
});

test('a file of the user’s is never written over', async () => {
  const mine = 'export const mine = 1;\n';
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto, 'rpc/user/v0/echo.pb.ts': mine });
  const run = await pipit(['gen'], { cwd });
  expect(run).toMatchObject({
    status: 1,
    stderr:
      'pipit: rpc/user/v0/echo.pb.ts is not generated code, and code of user/v0/echo.proto would go there: rename one of them\n',
  });
  expect(rpcFiles(cwd)).toEqual({ 'rpc/user/v0/echo.proto': echoProto, 'rpc/user/v0/echo.pb.ts': mine });
});

test('a file of the user’s in the place of code that was generated there is kept, too', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  await pipit(['gen'], { cwd });
  write(cwd, 'rpc/user/v0/echo.pb.ts', 'export const mine = 1;\n');
  const run = await pipit(['gen'], { cwd });
  expect(run.stderr).toContain('rpc/user/v0/echo.pb.ts is not generated code');
  expect(read(cwd, 'rpc/user/v0/echo.pb.ts')).toBe('export const mine = 1;\n');
});

test('what was compiled of code that is gone goes from the compiler’s output, and nothing else', async () => {
  const cwd = projectWith({
    'rpc/user/v0/echo.proto': echoProto,
    'rpc/gone/types.proto': types,
    'tsconfig.json': '{ "compilerOptions": { "rootDir": ".", "outDir": "build" } }',
  });
  await pipit(['gen'], { cwd });
  // As the compiler does, for modules of either kind.
  const generated = Object.entries(rpcFiles(cwd)).filter(([path]) => path.endsWith('.ts'));
  for (const [path, text] of generated) {
    const stem = join('build', path.slice(0, -'.ts'.length));
    write(cwd, `${stem}.js`, path.endsWith('.json.ts') ? `"use strict";\n${text}` : text);
    write(cwd, `${stem}.js.map`, '{}');
    write(cwd, `${stem}.d.ts`, '');
  }
  write(cwd, 'build/rpc/gone/own.pb.js', 'export const mine = 1;\n');
  write(cwd, 'build/rpc/gone/types.js', 'export const mine = 1;\n');
  expect((await pipit(['gen', '--check'], { cwd })).status).toBe(0);

  rmSync(join(cwd, 'rpc/gone'), { recursive: true });
  const run = await pipit(['gen'], { cwd });
  expect(run.stdout).toContain('removed  build/rpc/gone/types.pb.js\n');
  expect(readdirSync(join(cwd, 'build/rpc/gone'))).toEqual(['own.pb.js', 'types.js']);
  expect(readdirSync(join(cwd, 'build/rpc/user/v0'))).toHaveLength(4 * 3);
});

test('errors of the compiler and of the plugin show where, and nothing is written', async () => {
  const cwd = projectWith({
    'rpc/a.proto': 'syntax = "proto3";\npackage a;\nmessage A {\n\tint32 a = 1\n}\n',
    'rpc/b.proto': 'syntax = "proto3";\npackage b;\nmessage B {}\n/* 中 */ message C { Missing m = 1; }\n',
  });
  const run = await pipit(['gen'], { cwd: join(cwd, 'rpc') });
  expect(run.status).toBe(1);
  // A tab is one column of an editor's, and 中 two of a terminal's.
  expect(run.stderr).toBe(`a.proto:5:1: Expected ";".
  }
  ^
b.proto:4:21: "Missing" is not defined.
  /* 中 */ message C { Missing m = 1; }
                       ^
pipit: 2 errors in 2 files: nothing was written
`);
  write(
    cwd,
    'rpc/a.proto',
    'syntax = "proto3";\npackage a;\nservice S {\n\trpc M(stream A) returns (A);\n}\nmessage A {}\n',
  );
  rmSync(join(cwd, 'rpc/b.proto'));
  write(cwd, 'package.json', '{ "type": "module", "pipit": { "options": { "streaming": "error" } } }');
  const plugin = await pipit(['gen'], { cwd });
  expect(plugin.stderr)
    .toBe(`rpc/a.proto:4:2: 1 method takes a stream: a.S.M. Remove "stream" before the request, or leave them out with streaming=skip
  \trpc M(stream A) returns (A);
  \t^
pipit: 1 error in 1 file: nothing was written
`);
  expect(existsSync(join(cwd, 'rpc/a.pb.ts'))).toBe(false);
});

test('editions up to 2024 are generated, later ones refused', async () => {
  const cwd = projectWith({ 'rpc/a.proto': 'edition = "2024";\npackage a;\nmessage A { int32 b = 1; }\n' });
  expect((await pipit(['gen'], { cwd })).status).toBe(0);
  write(cwd, 'rpc/a.proto', 'edition = "2026";\npackage a;\nmessage A { int32 c = 1; }\n');
  const run = await pipit(['gen'], { cwd });
  expect(run).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('rpc/a.proto: an edition after 2024'),
  });
});

test('warnings do not stop it', async () => {
  const cwd = projectWith({
    'rpc/a.proto': 'syntax = "proto3";\npackage a;\nimport "google/protobuf/empty.proto";\nmessage A {}\n',
  });
  const run = await pipit(['gen'], { cwd });
  expect(run.status).toBe(0);
  expect(run.stderr).toBe(
    'rpc/a.proto:3:1: warning: Import google/protobuf/empty.proto is unused.\n  import "google/protobuf/empty.proto";\n  ^\n',
  );
});

test('a method that takes a stream is left out with a warning, and everything else is generated', async () => {
  const cwd = projectWith({
    'rpc/a.proto':
      'syntax = "proto3";\npackage a;\nmessage A {}\nservice S {\n  rpc Get(A) returns (A);\n  rpc Send(stream A) returns (A);\n}\n',
  });
  const run = await pipit(['gen'], { cwd });
  expect(run.status).toBe(0);
  expect(run.stderr).toBe(
    'rpc/a.proto:6:3: warning: 1 method takes a stream and will answer unimplemented, without code: a.S.Send\n    rpc Send(stream A) returns (A);\n    ^\n',
  );
  expect(Object.keys(rpcFiles(cwd))).toContain('rpc/a.twirp.ts');
});

test('--check writes nothing and fails where generated code is not up to date', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  const run = await pipit(['gen', '--check'], { cwd });
  expect(run).toMatchObject({ status: 1, stderr: 'pipit: 4 files are not up to date: run `pipit gen`\n' });
  expect(rpcFiles(cwd)).toEqual({ 'rpc/user/v0/echo.proto': echoProto });
  expect(existsSync(join(cwd, '.pipit'))).toBe(false);
  await pipit(['gen'], { cwd });
  expect((await pipit(['gen', '--check'], { cwd })).status).toBe(0);
});

test('--check fails beside a runtime of another release, which generated code would not run with', async () => {
  const cwd = folderWith({
    'app/package.json': '{}',
    'app/rpc/.keep': '',
    'app/node_modules/@pipit/runtime/package.json': '{ "version": "0.9.3" }',
  });
  expect(await pipit(['gen', '--check'], { cwd: join(cwd, 'app') })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^pipit: @pipit\/runtime is 0\.9\.3, and the plugin is \S+: their first two numbers must be the same: `npm install @pipit\/runtime@~0\.1\.0`\n$/,
    ),
  });
});

test('a fresh checkout with generated code is up to date without being touched', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  await pipit(['gen'], { cwd });
  rmSync(join(cwd, '.pipit'), { recursive: true });
  const before = statSync(join(cwd, 'rpc/user/v0/echo.pb.ts')).mtimeMs;
  expect((await pipit(['gen'], { cwd })).stdout).toContain('up to date');
  expect(statSync(join(cwd, 'rpc/user/v0/echo.pb.ts')).mtimeMs).toBe(before);
});
