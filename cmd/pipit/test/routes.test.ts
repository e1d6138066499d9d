import { expect, test } from 'vitest';
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
    implementation: { file: 'rpc/files/v1/files.ts', line: 14 },
  });
  expect(other).toMatchObject({ kind: null, idempotency: null, implementation: { line: 7 } });
});

test('a method that comes from a base class is where the class is', async () => {
  const cwd = projectWith({
    'rpc/user/v0/echo.proto': echoProto,
    'rpc/user/v0/echo.ts':
      '\nexport class EchoServer\n  extends Base<Echo>\n  implements Other, Echo\n{\n}\n',
  });
  expect((await pipit(['routes'], { cwd })).stdout).toContain('rpc/user/v0/echo.ts:2\n');
});

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
