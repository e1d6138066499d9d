import { describe, expect, test } from 'vitest';
import { generated, proto3 } from './protoc.ts';

/** The `.json.ts` file of a.proto. */
function json(text: string, option = 'json_client=true'): string {
  return generated({ 'a.proto': text }, option).get('a.json.ts') ?? '';
}

test('the option decides whether a .json.ts file is written, for every file', () => {
  expect([...generated({ 'a.proto': proto3('') }).keys()]).not.toContain('a.json.ts');
  expect(json(proto3(''))).toContain('from a.proto. Do not edit.');
  expect(() => generated({ 'a.proto': proto3('') }, 'json_client=yes')).toThrow(
    'option json_client is "yes", but must be one of true, false, camel',
  );
});

test('camel types what servers send that write camelCase and leave defaults out', () => {
  const code = json(
    `syntax = "proto2"; package t;
message M {
  required string user_name = 1;
  optional int64 price_cents = 2;
  repeated string all_tags = 3;
  optional M next_one = 4 [json_name = "then"];
}`,
    'json_client=camel',
  );
  expect(code).toContain(`export interface MJson {
  userName: string;
  priceCents?: string;
  allTags?: string[];
  then?: MJson;
}`);
  expect(code).toContain(`export interface MJsonInit {
  userName?: string | null | undefined;
  priceCents?: string | number | null | undefined;
  allTags?: readonly string[] | null | undefined;
  then?: MJsonInit | null | undefined;
}`);
});

describe('a method', () => {
  test('is a const of its own, with what a client must know', () => {
    const code = json(
      proto3(`
message M { string id = 1; }
message Out { int32 code = 1; string msg = 2; M data = 3; }
service S {
  // Says it.
  rpc SayHello(M) returns (M);
  rpc Look(M) returns (Out) { option idempotency_level = NO_SIDE_EFFECTS; option deprecated = true; }
}`),
    );
    expect(code).toContain("import type { JsonMethod } from '@pipit/runtime/json-client';");
    expect(code).toContain(
      "/** Says it. */\nexport const sayHello: JsonMethod<MJsonInit, MJson> = {\n  service: 't.S',\n  name: 'SayHello',\n};",
    );
    expect(code).toContain(
      "/**\n * t.S/Look\n * @deprecated\n */\nexport const look: JsonMethod<MJsonInit, OutJson> = {\n  service: 't.S',\n  name: 'Look',\n  kind: 'envelope',\n  idempotency: 'NO_SIDE_EFFECTS',\n};",
    );
  });

  test('that is a download has bytes, which inside a message are base64', () => {
    const code = json(
      proto3(`
message File { string content_type = 1; bytes data = 2; }
message Files { repeated File files = 1; }
service S { rpc Get(Files) returns (File); }`),
    );
    expect(code).toContain('export const get: JsonMethod<FilesJsonInit, JsonDownload<FileJson>> = {');
    expect(code).toContain("  kind: 'download',");
    expect(code).toContain('  data: string;');
  });

  test('of a name that a service before has is called by its service too', () => {
    const code = json(
      proto3(`
message M { string id = 1; }
service A { rpc Get(M) returns (M); rpc A_Get(M) returns (M); }
service B { rpc Get(M) returns (M); rpc Put(M) returns (M); }`),
    );
    expect(code.match(/export const \w+/g)).toEqual([
      'export const get',
      'export const aGet',
      'export const B_get',
      'export const put',
    ]);
  });

  test('may have a name no variable can have', () => {
    const code = json(
      proto3(
        'message M {}\nservice S { rpc Delete(M) returns (M); rpc _1(M) returns (M); rpc then(M) returns (M); }',
      ),
    );
    expect(code.match(/export const [\w$]+/g)).toEqual([
      'export const delete$',
      'export const _1',
      'export const then$',
    ]);
  });

  test('of a deprecated service is deprecated', () => {
    const code = json(
      proto3('message M {}\nservice S { option deprecated = true; rpc Get(M) returns (M); }'),
    );
    expect(code).toContain('@deprecated\n */\nexport const get');
  });

  test('takes and returns well-known types as what their JSON is', () => {
    const code = json(
      `syntax = "proto3";
import "google/protobuf/empty.proto";
import "google/protobuf/timestamp.proto";
service S { rpc Now(google.protobuf.Empty) returns (google.protobuf.Timestamp); }`,
    );
    expect(code).toContain('export const now: JsonMethod<Record<string, never>, string> = {');
    expect(code).toContain("service: 'S',");
  });
});

describe('a message’s types', () => {
  test.each([
    ['string f = 1;', 'f: string;', 'f?: string | null | undefined;'],
    ['optional string f = 1;', 'f?: string;', 'f?: string | null | undefined;'],
    ['int64 user_id = 1;', 'user_id: string;', 'user_id?: string | number | null | undefined;'],
    ['fixed64 f = 1 [jstype = JS_NUMBER];', 'f: string;', 'f?: string | number | null | undefined;'],
    ['float f = 1;', 'f: JsonFloat;', 'f?: JsonFloat | null | undefined;'],
    ['bytes f = 1;', 'f: string;', 'f?: string | null | undefined;'],
    ['bool f = 1;', 'f: boolean;', 'f?: boolean | null | undefined;'],
    ['repeated int64 f = 1;', 'f: string[];', 'f?: readonly (string | number)[] | null | undefined;'],
    [
      'map<int32, E> f = 1;',
      'f: Record<string, EJson>;',
      'f?: Readonly<Record<string, EJson>> | null | undefined;',
    ],
    ['E f = 1;', 'f: EJson;', 'f?: EJson | null | undefined;'],
    ['M f = 1;', 'f: MJson | null;', 'f?: MJsonInit | null | undefined;'],
    ['oneof o { M f = 1; }', 'f?: MJson;', 'f?: MJsonInit | null | undefined;'],
    ['google.protobuf.Int64Value f = 1;', 'f: string | null;', 'f?: string | number | null | undefined;'],
    ['google.protobuf.Any f = 1;', 'f: JsonAny | null;', 'f?: JsonAny | null | undefined;'],
    ['google.protobuf.Value f = 1;', 'f?: JsonValue;', 'f?: JsonValue | undefined;'],
    ['google.protobuf.Api f = 1;', 'f: ApiJson | null;', 'f?: ApiJsonInit | null | undefined;'],
  ])('%s', (field, answered, sent) => {
    const imports = ['any', 'api', 'struct', 'wrappers'].map(
      (name) => `import "google/protobuf/${name}.proto";`,
    );
    const code = json(`syntax = "proto3";\n${imports.join('\n')}\nenum E { A = 0; }\nmessage M { ${field} }`);
    const [, first, second] = code.split(/export interface MJson(?:Init)? \{/);
    expect(first).toContain(`\n  ${answered}\n`);
    expect(second).toContain(`\n  ${sent}\n`);
  });

  test('of proto2 know what is always there', () => {
    const code = json(
      'syntax = "proto2";\nmessage M { required string a = 1; optional int32 b = 2 [default = 7]; required M c = 3; }',
    );
    expect(code).toContain('  a: string;\n  /** Default when unset: 7 */\n  b?: number;\n  c: MJson;');
  });

  test('carry comments and deprecation', () => {
    const code = json(
      proto3(
        '// About M.\nmessage M {\n  // About f.\n  string f = 1 [deprecated = true];\n  // About o.\n  oneof o {\n    // About g.\n    string g = 2;\n  }\n}',
      ),
    );
    expect(code).toContain('/** About M. */\nexport interface MJson {');
    expect(code).toContain('  /**\n   * About f.\n   * @deprecated\n   */\n  f: string;');
    expect(code).toContain(
      '  /**\n   * About g.\n   *\n   * One of `o`: at most one is there.\n   *\n   * About o.\n   */\n  g?: string;',
    );
  });

  test('without fields take nothing', () => {
    expect(json(proto3('message M {}'))).toContain('export type MJson = Record<string, never>;');
  });

  test('of an enum are its names, and numbers without one', () => {
    const code = json(proto3('// About E.\nenum E {\n  A = 0;\n  // About B.\n  B = 1;\n}'));
    expect(code).toContain(
      "/** About E. */\nexport type EJson =\n  | 'A'\n  /** About B. */\n  | 'B'\n  | number;",
    );
  });

  test.each([
    ['json_client=true', "from '../y/b.json.js'"],
    ['json_client=true,import_extension=ts', "from '../y/b.json.ts'"],
    ['json_client=true,import_extension=none', "from '../y/b.json'"],
  ])('come from other .json files: %s', (option, from) => {
    const files = {
      'x/a.proto': 'syntax = "proto3";\nimport "y/b.proto";\nmessage A { B b = 1; }',
      'y/b.proto': 'syntax = "proto3";\nmessage B {}',
    };
    expect(generated(files, option).get('x/a.json.ts')).toContain(
      `import type { BJson, BJsonInit } ${from};`,
    );
  });

  test('of well-known messages come from the runtime', () => {
    const code = json(
      'syntax = "proto3";\nimport "google/protobuf/api.proto";\nmessage M { google.protobuf.Api api = 1; }',
      'json_client=true',
    );
    expect(code).toContain(
      "import type { ApiJson, ApiJsonInit } from '@pipit/runtime/json/google/protobuf/api';",
    );
  });
});
