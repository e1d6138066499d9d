import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isWellKnown, wellKnownStem } from '../src/model/well-known.ts';
import { pluginBin, proto3, protoc } from './protoc.ts';

describe('an option that is not valid is an error with the remedy', () => {
  test('an unknown option lists the valid ones', () => {
    const run = protoc({ 'a.proto': proto3('') }, 'nope=1');
    expect(run.stderr).toContain(
      'unknown option "nope". Valid options: enum=number|short|string, import_extension=js|ts|none, int64=bigint|string|number',
    );
    expect(run.status).toBe(1);
  });

  test('a wrong value lists the valid ones', () => {
    expect(protoc({ 'a.proto': proto3('') }, 'int64=long').stderr).toContain(
      'option int64 is "long", but must be one of bigint, string, number',
    );
  });
});

describe('options', () => {
  const files = {
    'x/a.proto':
      'syntax = "proto3";\npackage x;\nimport "y/b.proto";\nmessage A { y.B b = 1; int64 big = 2; int64 own = 3 [jstype = JS_NORMAL]; }',
    'y/b.proto': 'syntax = "proto3";\npackage y;\nmessage B {}\nservice S { rpc Do(B) returns (B); }',
  };

  test.each([
    ['', "from '../y/b.pb.js'"],
    ['import_extension=ts', "from '../y/b.pb.ts'"],
    ['import_extension=none', "from '../y/b.pb'"],
  ])('import_extension: %s', (option, line) => {
    expect(protoc(files, option).read('x/a.pb.ts')).toContain(line);
  });

  test.each([
    ['', 'big: bigint;'],
    ['int64=string', 'big: string;'],
    ['int64=number', 'big: number;'],
  ])('int64: %s', (option, line) => {
    expect(protoc(files, option).read('x/a.pb.ts')).toContain(line);
  });

  test('map_imports: code of protos that others generate is imported from their package', () => {
    const files = {
      'google/rpc/status.proto': 'syntax = "proto3"; package google.rpc; message Status { int32 code = 1; }',
      'google/type/money.proto': 'syntax = "proto3"; package google.type; message Money { int64 units = 1; }',
      'shop/a.proto': proto3(
        'import "google/rpc/status.proto"; import "google/type/money.proto"; message Bill { google.rpc.Status status = 1; google.type.Money money = 2; }',
      ),
    };
    const options = ['google/=@acme/google/', 'google/type/money.proto=@acme/money'];
    const mapped = options.map((value) => `map_imports=${value}`).join(',');
    const run = protoc(files, `${mapped},json_client=true`, ['shop/a.proto']);
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(run.read('shop/a.pb.ts')).toContain("from '@acme/google/rpc/status.pb.js';");
    expect(run.read('shop/a.pb.ts')).toContain("from '@acme/money.pb.js';");
    expect(run.read('shop/a.json.ts')).toContain("from '@acme/google/rpc/status.json.js';");
    expect(run.read('shop/a.descriptor.ts')).toContain("from '@acme/money.descriptor.js';");
    for (const wrong of ['google/', 'google/=@acme/google', 'google=@acme/', 'a.proto=']) {
      expect(protoc(files, `map_imports=${wrong}`).stderr).toContain(
        `option map_imports is "${wrong}", but must be FOLDER/=PACKAGE/ or FILE.proto=MODULE`,
      );
    }
    // Nobody generates them, and nobody says where they are.
    const bare = protoc(files, '', ['shop/a.proto']);
    expect([bare.stderr, bare.status]).toEqual([
      'shop/a.proto: warning: google/rpc/status.proto, google/type/money.proto are imported but not generated: add them, or map them to a package with map_imports\n',
      0,
    ]);
  });

  test('streaming: methods that take a stream are left out with one warning that names all, or refused', () => {
    const streaming = {
      'a.proto': proto3(
        'message M {}\nservice S {\n  rpc Get(M) returns (M);\n  rpc Send(stream M) returns (M);\n  rpc Chat(stream M) returns (stream M);\n}',
      ),
      'b.proto':
        'syntax = "proto3";\npackage b;\nmessage N {}\nservice Only {\n  rpc Send(stream N) returns (N);\n}',
    };
    const run = protoc(streaming);
    const all = 't.S.Send, t.S.Chat (a.proto:7:3), b.Only.Send (b.proto:5:3)';
    expect(run.stderr).toBe(
      `a.proto:6:3: warning: 3 methods take a stream and will answer unimplemented, without code: ${all}\n`,
    );
    expect(run.status).toBe(0);
    const code = run.read('a.twirp.ts');
    expect(code).toContain('  // Send takes a stream: it is left out, and answers unimplemented.\n');
    expect(code).toContain("get: { name: 'Get', input: M, output: M },\n}, {");
    expect(code).toContain("}, ['Send', 'Chat']);");
    expect(run.read('b.twirp.ts')).toContain("}, ['Send']);");
    const refused = protoc(streaming, 'streaming=error');
    expect(refused.stderr).toContain(
      `--twirp-ts_out: a.proto:6:3: 3 methods take a stream: ${all}. Remove "stream"`,
    );
    expect(refused.status).toBe(1);
  });

  test('a method that answers with a stream gives an AsyncIterable, on both sides', () => {
    const run = protoc(
      {
        'a.proto': proto3(
          'message M {}\nmessage Data {}\nmessage E { int32 code = 1; string msg = 2; Data data = 3; }\nservice S {\n  rpc Watch(M) returns (stream M);\n  rpc Envelopes(M) returns (stream E);\n}',
        ),
      },
      'json_client=true',
    );
    expect([run.stderr, run.status]).toEqual(['', 0]);
    const code = run.read('a.twirp.ts');
    expect(code).toContain('  watch(request: M, context: Context): AsyncIterable<MInit>;\n');
    expect(code).toContain('  watch(request: MInit, options?: StreamOptions): AsyncIterable<M>;\n');
    expect(code).toContain("  watch: { name: 'Watch', input: M, output: M, stream: serverStream },\n");
    // The messages of a stream are no envelopes.
    expect(code).toContain(
      "  envelopes: { name: 'Envelopes', input: M, output: E, stream: serverStream },\n",
    );
    const json = run.read('a.json.ts');
    expect(json).toContain('export const watch: JsonStreamMethod<MJsonInit, MJson> = {\n');
    expect(json).toContain('  stream: serverStream,\n');
  });

  test('services=skip: messages only, of files with streaming methods too', () => {
    const streaming = {
      'a.proto': proto3('message M {}\nservice S {\n  rpc Watch(stream M) returns (stream M);\n}'),
    };
    const run = protoc(streaming, 'services=skip');
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(run.read('a.pb.ts')).toContain('export interface M ');
    expect(() => run.read('a.twirp.ts')).toThrow('ENOENT');
    expect(protoc(files, 'services=generate').read('y/b.twirp.ts')).toContain('S: ServiceType');
    expect(protoc(streaming, 'services=no').stderr).toContain(
      'option services is "no", but must be one of generate, skip',
    );
  });

  test('enum: keys, values and types', () => {
    const enums = {
      'a.proto': proto3(
        'message M { HatColor color = 1; repeated HatColor all = 2; }\n' +
          'enum HatColor { option allow_alias = true; HAT_COLOR_NONE = 0; HAT_COLOR_RED = 1; HAT_COLOR_ROT = 1; }',
      ),
    };
    const short = protoc(enums, 'enum=short').read('a.pb.ts');
    expect(short).toContain('export const HatColor = {\n  NONE: 0,\n  RED: 1,\n  ROT: 1,\n} as const;');
    expect(short).toContain("enumType('t.HatColor', HatColor, 'HAT_COLOR_');");
    const text = protoc(enums, 'enum=string').read('a.pb.ts');
    // An alias is the value that is read.
    expect(text).toContain(
      "  HAT_COLOR_NONE: 'HAT_COLOR_NONE',\n  HAT_COLOR_RED: 'HAT_COLOR_RED',\n  HAT_COLOR_ROT: 'HAT_COLOR_RED',\n",
    );
    expect(text).toContain("    color: 'HAT_COLOR_NONE',\n");
    expect(protoc(enums, 'enum=int').stderr).toContain(
      'option enum is "int", but must be one of number, short, string',
    );
  });

  test.each([
    ['Color', 'COLOR_NONE', 'NONE'],
    ['HTTPCode2xx', 'HTTP_CODE2XX_OK', 'OK'],
    // Values that are not called so, or have nothing else to their name, keep it.
    ['Color', 'NONE', 'NONE'],
    ['Color', 'COLOR_', 'COLOR_'],
    ['Color', 'COLOR_2D', 'COLOR_2D'],
    ['Color', 'color_none', 'color_none'],
  ])('enum=short: %s has %s as %s', (name, value, key) => {
    const code = protoc({ 'a.proto': proto3(`enum ${name} { ${value} = 0; }`) }, 'enum=short').read(
      'a.pb.ts',
    );
    expect(code).toContain(`export const ${name} = {\n  ${key}: 0,\n} as const;`);
  });

  test('names: properties as in the proto, but for what every object has', () => {
    const fields = {
      'a.proto': proto3('message M { string user_name = 1; string toString = 2; string __proto__ = 3; }'),
    };
    const code = protoc(fields, 'names=proto').read('a.pb.ts');
    expect(code).toContain('  user_name: string;\n  toString$: string;\n  __proto__$: string;\n');
    expect(code).toContain("  /** @deprecated */ userName?: UseInstead<'user_name'>;\n");
  });

  test('timestamp: fields are a Date, and what they are made of is as before', () => {
    const times = {
      'a.proto': proto3(
        'import "google/protobuf/timestamp.proto";\nmessage M { google.protobuf.Timestamp at = 1; repeated google.protobuf.Timestamp all = 2; }\nservice S { rpc Now(M) returns (google.protobuf.Timestamp); }',
      ),
    };
    const run = protoc(times, 'timestamp=date');
    expect(run.read('a.pb.ts')).toContain('  at: Date | undefined;\n  all: Date[];\n');
    expect(run.read('a.pb.ts')).toContain('  at?: TimestampInit | Date | null | undefined;\n');
    // A message of its own stays one.
    expect(run.read('a.twirp.ts')).toContain('Promise<Timestamp>;');
  });

  test('there are ten at most, and --help says what each costs or is for', () => {
    const { stdout } = spawnSync(process.execPath, [pluginBin, '--help'], { encoding: 'utf8' });
    const listed = stdout.match(/^  [a-z_0-9]+=.*/gm) ?? [];
    expect(listed.length).toBeLessThanOrEqual(10);
    for (const line of listed) expect(line).toMatch(/default|FOLDER/);
  });
});

describe('generated code', () => {
  test('comments become TSDoc, deprecation a tag', () => {
    const code = protoc({
      'a.proto': proto3(
        '// About M.\n// Second line.\nmessage M {\n  // About f.\n  string f = 1 [deprecated = true]; // trailing */\n}',
      ),
    }).read('a.pb.ts');
    expect(code).toContain('/**\n * About M.\n * Second line.\n */\nexport interface M extends Unknown {');
    expect(code).toContain(
      '  /**\n   * About f.\n   *\n   * trailing *\\/\n   * @deprecated\n   */\n  f: string;',
    );
  });

  test('comments of files and of members of a oneof are there, and what deprecates all of a file', () => {
    const code = protoc({
      'a.proto':
        '// Licence.\n// @ts-nocheck\n\n// Of the syntax.\nsyntax = "proto3";\n/* About\n * the package. */\npackage t;\noption deprecated = true;\n' +
        'message M {\n  // About o.\n  oneof o {\n    // About a.\n    string a = 1;\n    int32 b = 2 [deprecated = true];\n    bool c = 3;\n  }\n}',
    }).read('a.pb.ts');
    expect(code).toMatch(
      /^\/\/ @generated .*\n\n\/\/ Licence\.\n\/\/ \\@ts-nocheck\n\/\/\n\/\/ Of the syntax\.\n\/\/\n\/\/ About\n\/\/ the package\.\n\nimport /,
    );
    expect(code).toContain('/**\n * t.M\n * @deprecated\n */\nexport interface M ');
    expect(code.slice(code.indexOf('  /** About o. */'), code.indexOf('| undefined'))).toBe(`\
  /** About o. */
  o:
    | {
      readonly case: 'a';
      /** About a. */
      readonly value: string;
    }
    | {
      readonly case: 'b';
      /** @deprecated */
      readonly value: number;
    }
    | { readonly case: 'c'; readonly value: boolean }
    `);
  });

  test('of two fields with one JSON name one keeps it, and the other is called by its proto name', () => {
    const code = protoc({
      'a.proto':
        'syntax = "proto2";\nmessage M { optional int32 eventType = 1; optional int32 event_type = 2; }',
    }).read('a.pb.ts');
    expect(code).toContain("= /*#__PURE__*/ jsonKey('eventType');");
    expect(code).toContain("= /*#__PURE__*/ jsonKey('event_type');");
  });

  test('well-known types are those of the runtime, wherever a copy of their protos lies', () => {
    const run = protoc({
      'third_party/timestamp.proto':
        'syntax = "proto3";\npackage google.protobuf;\nmessage Timestamp { int64 seconds = 1; int32 nanos = 2; }',
      'a.proto':
        'syntax = "proto3";\nimport "third_party/timestamp.proto";\nmessage M { google.protobuf.Timestamp at = 1; }',
    });
    expect(run.written().filter((path) => path.startsWith('third_party'))).toEqual([]);
    expect(run.read('a.pb.ts')).toContain("} from '@pipit/runtime/google/protobuf/timestamp';");
    expect(run.read('a.descriptor.ts')).toContain("'@pipit/runtime/descriptor/google/protobuf/timestamp'");
  });

  test('the table of well-known types is what the runtime has', () => {
    const folder = new URL('../../runtime/src/google/protobuf/', import.meta.url);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.pb.ts'))) {
      const code = readFileSync(new URL(file, folder), 'utf8');
      const stem = `google/protobuf/${file.replace('.pb.ts', '')}`;
      expect(isWellKnown(stem)).toBe(true);
      for (const [, fullName] of code.matchAll(/(?:messageType|enumType)\('(google\.protobuf\.[^']+)'/g))
        expect([fullName, wellKnownStem(fullName!, fullName!.split('.').slice(2))]).toEqual([fullName, stem]);
    }
  });

  test('public imports are exported again, but for names that meet', () => {
    const file = (...text: string[]): string => `syntax = "proto3";\n${text.join('\n')}`;
    const code = protoc({
      'new.proto': file('package n;', 'message Status {}'),
      'other.proto': file('package o;', 'message Status {}'),
      'third.proto': file('package p;', 'import public "new.proto";', 'message Third {}'),
      'old.proto': file(
        'import public "google/protobuf/empty.proto";',
        'import public "new.proto";',
        'import public "other.proto";',
        'import public "third.proto";',
      ),
    }).read('old.pb.ts');
    expect(code.match(/^export \* from .*/gm)).toEqual([
      "export * from '@pipit/runtime/google/protobuf/empty';",
      "export * from './new.pb.js';",
      "export * from './third.pb.js';",
    ]);
  });

  test('a download and an envelope are told by their fields', () => {
    const code = protoc({
      'a.proto': proto3(`
message File { bytes data = 7; string content_type = 3; string filename = 1; int32 status = 2; }
message NoFile { bytes data = 1; string content_type = 2; string other = 3; }
message Data {}
message Envelope { int32 code = 1; string msg = 2; Data data = 3; }
message NoEnvelope { int32 code = 1; string msg = 2; string data = 3; }
service S {
  rpc A(Data) returns (File);
  rpc B(Data) returns (NoFile);
  rpc C(Data) returns (Envelope);
  rpc D(Data) returns (NoEnvelope) { option idempotency_level = NO_SIDE_EFFECTS; }
}`),
    }).read('a.twirp.ts');
    expect(code).toContain("a: { name: 'A', input: Data, output: File, kind: 'download' },");
    expect(code).toContain("b: { name: 'B', input: Data, output: NoFile },");
    expect(code).toContain("c: { name: 'C', input: Data, output: Envelope, kind: 'envelope' },");
    expect(code).toContain(
      "d: { name: 'D', input: Data, output: NoEnvelope, idempotency: 'NO_SIDE_EFFECTS' },",
    );
  });

  test('only the files asked for are written', () => {
    const run = protoc({ 'a.proto': proto3('message M {}') });
    expect(run.read('a.pb.ts')).toContain('from a.proto. Do not edit.');
    expect(() => run.read('a.twirp.ts')).toThrow(/ENOENT/);
  });
});

describe('by hand', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [pluginBin, ...args], { encoding: 'utf8', input: '' });

  test('--version is that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(run('--version').stdout).toBe(`protoc-gen-twirp-ts ${version}\n`);
  });

  test('--help lists every option', () => {
    const { stdout } = run('--help');
    for (const option of [
      'import_extension=',
      'int64=',
      'enum=',
      'names=',
      'timestamp=',
      '--version',
      '--twirp-ts_out',
    ])
      expect(stdout).toContain(option);
  });

  test('an unknown argument and a broken request are one line, without a stack', () => {
    expect(run('--nope')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^protoc-gen-twirp-ts: unknown argument --nope.*\n$/) as unknown,
    });
    const broken = spawnSync(process.execPath, [pluginBin], { encoding: 'utf8', input: 'not a request' });
    expect(broken.status).toBe(1);
    expect(broken.stderr).toMatch(/^protoc-gen-twirp-ts: not a CodeGeneratorRequest.*\n$/);
  });
});
