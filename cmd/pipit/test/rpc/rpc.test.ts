import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeProject, type TestProject } from './project.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  project.remove();
});

const read = (path: string): string => readFileSync(join(project.root, path), 'utf8');
const list = 'cmd/server/services.ts';

describe('a new service', () => {
  it('has a proto, its code, a class, and a place in the list of services', async () => {
    const { applied, findings } = await project.rpc({ server: 'foo', service: 'echo' });
    expect(findings).toEqual([]);
    expect(applied.created.map((path) => path.slice(project.root.length + 1))).toEqual([
      'rpc/foo/v1/echo.proto',
      'rpc/foo/v1/echo.pb.ts',
      'rpc/foo/v1/echo.twirp.ts',
      'rpc/foo/v1/echo.descriptor.ts',
      'rpc/foo/v1/echo.json.ts',
      'rpc/foo/v1/echo.ts',
    ]);
    expect(read('rpc/foo/v1/echo.proto')).toMatch(/^package foo\.v1;/m);
    expect(read('rpc/foo/v1/echo.proto')).toMatch(
      /int32 code = 1;[^]*string msg = 2;[^]*HelloData data = 3;/,
    );
    expect(read('rpc/foo/v1/echo.ts')).toContain('export class EchoServer implements Echo {');
    expect(read(list)).toContain('return [Echo.serve(new EchoServer())];');
    expect(project.typecheck()).toEqual([]);
  });

  it('has an example of a rule in its proto, which holds as it stands there', async () => {
    await project.rpc({ server: 'foo', service: 'echo' });
    const path = join(project.root, 'rpc/foo/v1/echo.proto');
    const text = readFileSync(path, 'utf8');
    const [, example = ''] = /^\/\/ (string message = 1 \[.*)$/m.exec(text) ?? [];
    const ruled = text.replace('// import', 'import').replace('  string message = 1;', `  ${example}`);
    writeFileSync(path, ruled);
    await project.rpc({ server: 'foo', service: 'echo' });
    expect(read('rpc/foo/v1/echo.check.ts')).toContain("minLen(v, 'message', m.message, 1);");
    expect(project.typecheck()).toEqual([]);
  });

  it('takes the name of the server, the version and the methods asked for', async () => {
    await project.rpc({ server: 'user_info', version: '0', method: ['GetAll', 'Delete'] });
    expect(read('rpc/user_info/v0/user_info.proto')).toContain('service UserInfo {');
    expect(read('rpc/user_info/v0/user_info.ts')).toContain(
      'async getAll(_request: GetAllRequest): Promise<GetAllResponseInit>',
    );
    expect(project.typecheck()).toEqual([]);
  });

  it('finds other names for messages that another service of the package has', async () => {
    await project.rpc({ server: 'foo', service: 'echo' });
    await project.rpc({ server: 'foo', service: 'bar' });
    expect(read('rpc/foo/v1/bar.proto')).toContain('rpc Hello(BarHelloRequest) returns (BarHelloResponse);');
    expect(read(list)).toContain(
      'return [\n    Bar.serve(new BarServer()),\n    Echo.serve(new EchoServer()),\n  ];',
    );
    expect(project.typecheck()).toEqual([]);
  });

  it('gets another name in the list where two services are called the same', async () => {
    await project.rpc({ server: 'foo', service: 'echo' });
    await project.rpc({ server: 'foo', service: 'echo', version: '2' });
    expect(read(list)).toContain('EchoV2.serve(new EchoServerV2())');
    await project.rpc({ server: 'bar', service: 'echo', version: '2' });
    expect(read(list)).toContain('BarEcho.serve(new BarEchoServer())');
    expect(project.typecheck()).toEqual([]);
  });

  it('changes nothing when run again', async () => {
    await project.rpc({ server: 'foo' });
    const times = [list, 'rpc/foo/v1/foo.ts'].map((path) => statSync(join(project.root, path)).mtimeMs);
    const { applied } = await project.rpc({ server: 'foo' });
    expect([...applied.created, ...applied.updated, ...applied.deleted]).toEqual([]);
    expect([list, 'rpc/foo/v1/foo.ts'].map((path) => statSync(join(project.root, path)).mtimeMs)).toEqual(
      times,
    );
  });
});

describe('a proto that is there', () => {
  it('gets methods at the end of its service and messages at its own, and is otherwise as it was', async () => {
    const proto =
      'syntax = "proto3";\r\n// service Fake {\r\npackage foo.v1;\r\nservice Echo { // {\r\n\trpc Hello(HelloRequest) returns (HelloResponse) {\r\n\t\toption deprecated = true; }\r\n\t/* } */ }\r\nmessage HelloRequest { string a = 1 [deprecated = true]; }\r\nmessage HelloResponse {}';
    project.write('rpc/foo/v1/echo.proto', proto);
    await project.rpc({ server: 'foo', service: 'echo', method: ['Hello', 'Bye'] });
    const after = read('rpc/foo/v1/echo.proto');
    expect(after).toBe(
      proto.replace('/* } */ }', '/* } */ \r\n\trpc Bye(ByeRequest) returns (ByeResponse);\r\n}') +
        after.slice(after.indexOf('\r\n\r\n// What Bye takes')),
    );
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after.endsWith('}')).toBe(true);
    expect(project.typecheck()).toEqual([]);
  });

  it('is not touched where it does not compile, and neither is anything else', async () => {
    project.write(
      'rpc/foo/v1/echo.proto',
      'syntax = "proto3";\npackage foo.v1;\nservice Echo { rpc Hello(A) returns (B); }\n',
    );
    await expect(project.rpc({ server: 'foo', service: 'echo', method: ['Bye'] })).rejects.toThrow(
      /nothing was written/,
    );
    expect(read('rpc/foo/v1/echo.proto')).not.toContain('Bye');
    expect(existsSync(join(project.root, 'rpc/foo/v1/echo.ts'))).toBe(false);
  });

  it('brings the code of what it imports', async () => {
    project.write(
      'rpc/common/v1/page.proto',
      'syntax = "proto3";\npackage common.v1;\nmessage Page { int32 size = 1; }\n',
    );
    project.write(
      'rpc/foo/v1/echo.proto',
      'syntax = "proto3";\npackage foo.v1;\nimport "common/v1/page.proto";\nimport "google/protobuf/empty.proto";\nservice Echo { rpc Find(common.v1.Page) returns (google.protobuf.Empty); }\n',
    );
    await project.rpc({ server: 'foo', service: 'echo' });
    expect(read('rpc/foo/v1/echo.ts')).toContain("import type { Page } from '../../common/v1/page.pb.ts';");
    expect(existsSync(join(project.root, 'rpc/common/v1/page.pb.ts'))).toBe(true);
    expect(project.typecheck()).toEqual([]);
  });

  it('keeps the types of the class up to date where the code was generated in between', async () => {
    await project.rpc({ server: 'foo', method: ['Get'] });
    const proto = read('rpc/foo/v1/foo.proto')
      .replaceAll('GetRequest', 'FindRequest')
      .replaceAll('GetResponse', 'FindResponse');
    project.write('rpc/foo/v1/foo.proto', proto);
    const mine = read('rpc/foo/v1/foo.ts');
    await project.rpc({ server: 'foo' });
    // As after `pipit gen`: the generated code is new, the class is not.
    project.write('rpc/foo/v1/foo.ts', mine);
    await project.rpc({ server: 'foo' });
    expect(read('rpc/foo/v1/foo.ts')).toBe(
      mine.replaceAll('GetRequest', 'FindRequest').replaceAll('GetResponse', 'FindResponse'),
    );
    expect(project.typecheck()).toEqual([]);
  });
});

describe('the list of services', () => {
  const type = "import type { ServedService } from '@pipit/runtime';\n";
  it.each([
    [
      'an array of its own',
      `${type}const all: ServedService[] = [\n  // none yet\n];\nexport const services = () => all;\n`,
      '  // none yet\n  Echo.serve(new EchoServer()),\n];',
    ],
    [
      'an array',
      `${type}export const services: ServedService[] = [];\n`,
      '= [Echo.serve(new EchoServer())];',
    ],
    [
      'a variable of the function',
      `${type}export function services(): ServedService[] {\n  const list: ServedService[] = [];\n  return list;\n}\n`,
      '= [Echo.serve(new EchoServer())];',
    ],
    [
      'joined to another',
      `${type}const more: ServedService[] = [];\nexport function services(): ServedService[] {\n  return ([] as ServedService[]).concat(more);\n}\n`,
      'return ([Echo.serve(new EchoServer())] as ServedService[]).concat(more);',
    ],
    [
      'with CRLF, no semicolons and double quotes',
      `import type { ServedService } from "@pipit/runtime"\r\nexport function services(): ServedService[] {\r\n\treturn []\r\n}`,
      'return [Echo.serve(new EchoServer())]\r\n}',
    ],
  ])('is %s', async (_, text, expected) => {
    project.write(list, text);
    const { findings } = await project.rpc({ server: 'foo', service: 'echo' });
    expect(findings).toEqual([]);
    expect(read(list)).toContain(expected);
    expect(project.typecheck()).toEqual([]);
    const once = read(list);
    await project.rpc({ server: 'foo', service: 'echo' });
    expect(read(list)).toBe(once);
  });

  it.each([
    [
      'two lists',
      `export function services(dev = false) {\n  if (dev) return [];\n  return [];\n}\n`,
      'no list of services was found in it',
    ],
    [
      'something else',
      `export const services = [['Echo', 1]].map(String);\n`,
      'its list holds something else',
    ],
    ['a syntax error', `export const services = [;\n`, 'Not touched: mend it and run again'],
  ])('with %s is left to the user, who is told what to add', async (_, text, reason) => {
    project.write(list, text);
    const { findings } = await project.rpc({ server: 'foo', service: 'echo' });
    expect(read(list)).toBe(text);
    expect(findings).toEqual([expect.stringContaining(reason)]);
    expect(findings[0]).toContain(
      "Add Echo.serve(new EchoServer()) to what your server serves, with import { EchoServer } from '../../rpc/foo/v1/echo.ts' and import { Echo } from '../../rpc/foo/v1/echo.twirp.ts'",
    );
  });

  it('imports by the name that is given, as it imports others, or by that of rpc/package.json', async () => {
    await project.rpc({ server: 'a', package: '@acme/shop' });
    expect(read(list)).toContain("import { AServer } from '@acme/shop/rpc/a/v1/a';");
    await project.rpc({ server: 'b' });
    expect(read(list)).toContain("import { BServer } from '@acme/shop/rpc/b/v1/b';");
    project.write('rpc/package.json', '{ "name": "@acme/rpc", "type": "module" }');
    project.write(list, `${type}export const services: ServedService[] = [];\n`);
    await project.rpc({ server: 'c' });
    expect(read(list)).toContain("import { CServer } from '@acme/rpc/c/v1/c';");
  });
});
