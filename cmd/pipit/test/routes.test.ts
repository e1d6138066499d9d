import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { echoProto, pipit, projectWith } from './main-process.ts';

const files = `syntax = "proto3";
package files.v1;
import "google/protobuf/empty.proto";
// service Commented { rpc Out(Empty) returns (Empty); }
service Files {
  /* rpc Hidden(Empty)
     returns (Empty); */
  rpc Export(google.protobuf.Empty) returns (File) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc remove_all(google.protobuf.Empty) returns (google.protobuf.Empty);
}
message File {
  string content_type = 1;
  bytes data = 2;
}
`;

const implementation = `import type { Files } from './files.twirp.js';

// export class Old implements Files { exportFile() {} }
export class FilesServer implements Files {
  private readonly text = 'export() {';

  removeAll = async () => ({});

  private helper(): void {
    this.export();
  }

  /** The file. */
  async export() {
    return {};
  }
}
`;

test('every route is listed, with verbs, messages, kind and where it is implemented', async () => {
  const cwd = projectWith({
    'rpc/user/v0/echo.proto': echoProto,
    'rpc/files/v1/files.proto': files,
    'rpc/files/v1/impl/server.ts': implementation.replace('./files', '../files'),
  });
  const run = await pipit(['routes'], { cwd });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout).toBe(`\
VERBS          PATH                            REQUEST → RESPONSE                             KIND                IMPLEMENTED AT
POST,GET,HEAD  /api/files.v1.Files/Export      google.protobuf.Empty → File                   download            rpc/files/v1/impl/server.ts:14
POST           /api/files.v1.Files/remove_all  google.protobuf.Empty → google.protobuf.Empty                      rpc/files/v1/impl/server.ts:7
POST           /api/user.v0.Echo/Hello         HelloRequest → HelloResponse                   envelope, internal  missing

3 routes, 1 not implemented (\`pipit rpc\` writes stubs). POST takes JSON, protobuf and forms; GET and HEAD a query.
`);
});

test('methods of one name in TypeScript are found by the names they get, which stubs have too', async () => {
  const cwd = projectWith({
    'rpc/users/v1/users.proto':
      'syntax = "proto3";\npackage users.v1;\nmessage M {}\nservice Users {\n  rpc GetUser(M) returns (M);\n  rpc getUser(M) returns (M);\n}\n',
    'rpc/users/v1/users.ts':
      "import type { Users } from './users.twirp.js';\n\nexport class UsersServer implements Users {\n  getUser() {\n    return {};\n  }\n}\n",
  });
  await pipit(['rpc', '--server=users', '--service=users', '--version=1'], { cwd });
  const code = readFileSync(join(cwd, 'rpc/users/v1/users.ts'), 'utf8');
  expect(code).toMatch(/^ {2}(?:async )?getUser\$\(/m);
  const { stdout } = await pipit(['routes', '--json'], { cwd });
  const routes = JSON.parse(stdout) as { method: string; implementation: { line: number } | null }[];
  expect(routes.map(({ method, implementation }) => [method, implementation?.line !== undefined])).toEqual([
    ['GetUser', true],
    ['getUser', true],
  ]);
});

test('--json is for scripts', async () => {
  const cwd = projectWith({
    'rpc/files/v1/files.proto': files,
    'rpc/files/v1/files.ts': implementation,
  });
  const run = await pipit(['routes', '--json', '--prefix', '/twirp/'], { cwd });
  const [route, other] = JSON.parse(run.stdout) as Record<string, unknown>[];
  expect(route).toEqual({
    path: '/twirp/files.v1.Files/Export',
    verbs: ['POST', 'GET', 'HEAD'],
    service: 'files.v1.Files',
    method: 'Export',
    request: 'google.protobuf.Empty',
    response: 'files.v1.File',
    contentTypes: ['application/json', 'application/protobuf', 'application/x-www-form-urlencoded'],
    kind: 'download',
    idempotency: 'NO_SIDE_EFFECTS',
    internal: false,
    proto: { file: 'rpc/files/v1/files.proto', line: 8 },
    implementation: { file: 'rpc/files/v1/files.ts', line: 14, certain: true },
  });
  expect(other).toMatchObject({ kind: null, idempotency: null, implementation: { line: 7 } });
});

/** Code beside a proto with a service Echo, or files by their paths; and the place of Echo's method `hello`. */
interface Case {
  readonly title: string;
  readonly code: string | Readonly<Record<string, string>>;
  /** Its line, in `echo.ts` where no other file is named; a `?` where that is not certain, null where it is missing. */
  readonly at: number | string | null;
}

const found: readonly Case[] = [
  {
    title: 'after a regular expression and a template',
    code: 'class S implements Echo {\n  other() { return /^image\\//.test(`${"}"}`); }\n  hello() {}\n}',
    at: 4,
  },
  { title: 'in an object that is served', code: 'export default Echo.serve({\n  hello() {},\n});', at: 3 },
  { title: 'in an object of the type', code: 'const echo: Echo = {\n  hello: async () => ({}),\n};', at: 3 },
  {
    title: 'in an object that satisfies it',
    code: 'export const echo = {\n  hello,\n} satisfies Echo;',
    at: 3,
  },
  {
    title: 'in what a function returns',
    code: 'export function make(): Echo {\n  const f = () => { return {}; };\n  return { "hello": f };\n}',
    at: 4,
  },
  {
    title: 'in an object that a variable holds',
    code: 'const it = {\n  hello() {},\n};\nEcho.serve(it);',
    at: 3,
  },
  {
    title: 'in a class that only the server names',
    code: 'class S {\n  hello() {}\n}\nEcho.serve(new S());',
    at: 3,
  },
  {
    title: 'in a base class of the file',
    code: 'class B {\n  hello() {}\n}\nclass S extends B implements Echo {}',
    at: 3,
  },
  {
    title: 'in what an object is spread from',
    code: 'const parts = {\n  hello() {},\n};\nEcho.serve({ ...parts, other: 1 });',
    at: 3,
  },
  {
    title: 'where its body is',
    code: 'class S implements Echo {\n  hello(): void;\n  hello(a?: unknown) {}\n}',
    at: 4,
  },
  {
    title: 'in a property of the constructor',
    code: 'class S implements Echo {\n  constructor(readonly hello: Hello) {}\n}',
    at: 3,
  },
  { title: 'in parts', code: 'class S implements Pick<Echo, "hello"> {\n  hello() {}\n}', at: 3 },
  {
    title: 'elsewhere, by another name of the type, in a base class of another file',
    code: {
      'src/CASE/echo.ts':
        "import type { Echo as Api } from '@shop/rpc/CASE/v0/echo.twirp.js';\nimport { Base } from './base.js';\nexport class Server extends Base implements Api {}",
      'src/CASE/base.ts': '\nexport class Base {\n  hello() {}\n}',
    },
    at: 'src/CASE/base.ts:3',
  },
  {
    title: 'by a namespace',
    code: {
      'src/CASE/echo.ts':
        "import * as echo from '../../rpc/CASE/v0/echo.twirp.ts';\necho.Echo.serve({\n  hello() {} });",
    },
    at: 'src/CASE/echo.ts:3',
  },
];

const uncertain: readonly Case[] = [
  {
    title: 'a base class that is not here',
    code: '\nclass S\n  extends Base<Echo>\n  implements Other, Echo\n{\n}',
    at: '3?',
  },
  { title: 'a function', code: '\nEcho.serve(\n  wrapped(() => ({})));', at: '4?' },
  { title: 'something spread', code: 'Echo.serve({\n  ...other() });', at: '3?' },
  { title: 'a file with an error', code: 'class S implements Echo {\n  hello() {\n}', at: '4?' },
];

const missing: readonly Case[] = [
  {
    title: 'only declared',
    code: 'abstract class S implements Echo {\n  abstract hello(): void;\n}',
    at: null,
  },
  { title: 'only static', code: 'class S implements Echo {\n  static hello() {}\n}', at: null },
  { title: 'private', code: 'class S implements Echo {\n  #hello() {}\n}', at: null },
  {
    title: "another service's of that name",
    code: "import { Echo as Other } from '../v1/echo.twirp.ts'; Other.serve({ hello() {} });",
    at: null,
  },
  {
    title: 'in a comment or a string',
    code: '// class S implements Echo { hello() {} }\n"class S implements Echo { hello() {} }"',
    at: null,
  },
];

describe('a method is looked for', () => {
  const cases = [...found, ...uncertain, ...missing];
  let stdout = '';
  let places: unknown[] = [];

  // All in one project: a compiler and a process for each would take minutes.
  beforeAll(async () => {
    const files: Record<string, string> = {};
    for (const [index, { code }] of cases.entries()) {
      const name = nameOf(index);
      files[`rpc/${name}/v0/echo.proto`] = echoProto.replace('package user.v0', `package ${name}.v0`);
      if (typeof code === 'string') {
        files[`rpc/${name}/v0/echo.ts`] = `import { Echo } from './echo.twirp.ts';\n${code}`;
      } else {
        for (const [path, text] of Object.entries(code)) {
          files[path.replaceAll('CASE', name)] = text.replaceAll('CASE', name);
        }
      }
    }
    const cwd = projectWith(files, { keep: true });
    ({ stdout } = await pipit(['routes'], { cwd }));
    const json = await pipit(['routes', '--json'], { cwd });
    rmSync(cwd, { recursive: true, force: true });
    places = (JSON.parse(json.stdout) as { implementation: unknown }[]).map(
      ({ implementation }) => implementation,
    );
  }, 60_000);

  test.each(cases.map((one, index) => ({ ...one, index })))('$at: $title', ({ at, index }) => {
    if (at === null) {
      expect(places[index]).toBeNull();
      return;
    }
    const [, file = `rpc/CASE/v0/echo.ts`, line, mark] = /^(?:(.*):)?(\d+)(\?)?$/.exec(String(at))!;
    const path = file.replaceAll('CASE', nameOf(index));
    expect(places[index]).toEqual({ file: path, line: Number(line), certain: mark === undefined });
    expect(stdout).toContain(`${path}:${line}${mark === undefined ? '' : ' ?'}\n`);
  });

  test('what is not certain is explained, and does not count as missing', () => {
    expect(stdout).toContain(`${missing.length} not implemented`);
    expect(stdout).toContain('? implemented there, if at all: in a part that pipit cannot look into.\n');
  });
});

/** In the order of the list of routes. */
function nameOf(index: number): string {
  return `case${String(index).padStart(2, '0')}`;
}

test('the prefix is that of the server: RPC_PREFIX', async () => {
  const cwd = projectWith({ 'rpc/user/v0/echo.proto': echoProto });
  expect((await pipit(['routes'], { cwd, env: { RPC_PREFIX: '/' } })).stdout).toContain(
    ' /user.v0.Echo/Hello ',
  );
});

test('a project without services says how to make one', async () => {
  expect((await pipit(['routes'], { cwd: projectWith({}) })).stdout).toBe(
    'no services under rpc/: `pipit rpc --server=NAME` makes one\n',
  );
});
