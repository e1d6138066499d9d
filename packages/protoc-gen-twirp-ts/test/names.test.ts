import { expect, test } from 'vitest';
import { compileErrors, proto3, protoc } from './protoc.ts';

/** Schemas in which two names meet, and what they are called in TypeScript: what the proto says literally keeps its name. */
const clashes: [what: string, text: string, names: Record<string, string[]>, syntax?: string][] = [
  [
    'types',
    'message A {\n  message B {}\n}\nmessage A_B {}\nmessage Use { A_B literal = 1; A.B derived = 2; }',
    { 'a.pb.ts': ['export interface A_B$ ', 'literal: A_B | undefined', 'derived: A_B$ | undefined'] },
  ],
  [
    'types, the other way round',
    'enum A_B { X = 0; }\nmessage A {\n  message B {}\n  B derived = 1; A_B literal = 2;\n}',
    { 'a.pb.ts': ['derived: A_B$ | undefined', 'literal: A_B;'] },
  ],
  [
    'two nested types',
    'message A { message B_C {} B_C first = 1; }\nmessage A_B { message C {} C second = 1; }',
    { 'a.pb.ts': ['first: A_B_C | undefined', 'second: A_B_C$ | undefined'] },
  ],
  [
    'a type and an extension',
    'message E { extensions 1 to 9; }\nmessage Z { extend E { optional int32 c = 2; } }\nmessage Z_c {}',
    { 'a.pb.ts': ['export const Z_c: MessageType<', 'export const Z_c$: Extension<'] },
    'proto2',
  ],
  [
    'two extensions, and an Init',
    'message foo { extensions 1 to 9; }\nextend foo { optional int32 a_b = 1; optional int32 aB = 2; optional int32 fooInit = 3; }',
    {
      'a.pb.ts': [
        'export const aB$: Extension<foo, aB$$holder,',
        'export const aB: Extension<foo, aB$holder,',
        'export interface fooInit$ ',
        'export const fooInit: Extension<foo, fooInit$holder,',
      ],
    },
    'proto2',
  ],
  [
    'an extension whose camel case begins with a digit',
    'message E { extensions 1 to 9; }\nextend E { optional int32 _1 = 1; optional int32 __1 = 2; }',
    { 'a.pb.ts': ['export const _1: Extension<', 'export const __1: Extension<'] },
    'proto2',
  ],
  [
    'fields',
    'message A {\n  optional int32 event_type = 1;\n  optional int32 eventType = 2;\n}',
    {
      'a.pb.ts': [
        '  eventType$: number | undefined;\n  eventType: number',
        "event_type?: UseInstead<'eventType$'>",
      ],
    },
    'proto2',
  ],
  [
    'derived fields: the one with the lower number was there first',
    'message A {\n  optional int32 a__b = 2;\n  optional int32 a_b = 1;\n}',
    { 'a.pb.ts': ['  aB$: number | undefined;\n  aB: number | undefined;'] },
    'proto2',
  ],
  [
    'members of a oneof',
    'message A {\n  oneof pick {\n    int32 a_b = 1;\n    int32 aB = 2;\n  }\n}',
    {
      'a.pb.ts': ["m.pick = { case: 'aB$', value: r.int32() }", "m.pick = { case: 'aB', value: r.int32() }"],
    },
    'proto2',
  ],
  [
    'oneofs and fields',
    'message A {\n  oneof thePick { int32 b = 1; }\n  oneof the_pick { int32 c = 2; }\n  optional int32 the__pick = 3;\n}',
    { 'a.pb.ts': ['  thePick:\n', '  thePick$:\n', '  thePick$$: number | undefined;'] },
    'proto2',
  ],
  [
    'what every object has, and nothing at all',
    'message A {\n  optional int32 to_string = 1;\n  optional int32 toString = 2;\n  optional int32 _ = 3;\n}',
    { 'a.pb.ts': ['  toString$: number', '  toString$$: number', '  _: number'] },
    'proto2',
  ],
  [
    'methods',
    'message M {}\nservice S { rpc GetUser(M) returns (M); rpc getUser(M) returns (M); rpc Get_User(M) returns (M); rpc _(M) returns (M); }',
    {
      'a.twirp.ts': [
        "getUser$: { name: 'GetUser'",
        "getUser: { name: 'getUser'",
        "getUser$$: { name: 'Get_User'",
        "_: { name: '_'",
      ],
      'a.json.ts': [
        "const getUser$: JsonMethod<MJsonInit, MJson> = {\n  service: 't.S',\n  name: 'GetUser',",
        "const getUser: JsonMethod<MJsonInit, MJson> = {\n  service: 't.S',\n  name: 'getUser',",
        'const _: JsonMethod<',
      ],
    },
  ],
  [
    'services, clients and messages',
    'message M { message Inner {} }\nmessage BClient {}\nservice A { rpc X(M) returns (BClient); }\nservice AClient { rpc X(M) returns (M.Inner); }\nservice B { rpc Y(M) returns (M); }\nservice M_Inner { rpc Z(M) returns (M); }',
    {
      'a.twirp.ts': [
        'interface AClient$ {',
        'ServiceType<AClient, AClientClient>',
        'interface BClient$ {',
        'x(request: M, context: Context): BClientInit |',
        'x(request: M, context: Context): M_Inner$Init |',
      ],
    },
  ],
  [
    'methods and JSON types',
    'message get { string a = 1; }\nservice S { rpc Get(get) returns (get); rpc getJson(get) returns (get); }',
    { 'a.json.ts': ['const get: JsonMethod<getJsonInit, getJson>', 'const getJson$: JsonMethod<'] },
  ],
];

test.each(clashes)('%s', (_, text, names, syntax = 'proto3') => {
  const run = protoc({ 'a.proto': proto3(text).replace('proto3', syntax) }, 'json_client=true');
  expect([run.stderr.replace(/^.*warning.*$/gm, '').trim(), run.status]).toEqual(['', 0]);
  for (const [path, expected] of Object.entries(names)) {
    const code = run.read(path);
    for (const line of expected) expect(code).toContain(line);
  }
});

test('where names meet, the code compiles', { timeout: 120_000 }, () => {
  const files = clashes.map(([, text, , syntax = 'proto3'], i): [string, string] => [
    `clash${i}.proto`,
    proto3(text).replace('proto3', syntax).replace('package t;', `package t${i};`),
  ]);
  expect(compileErrors(Object.fromEntries(files))).toBe('');
});

test('a name stays when something is declared elsewhere', () => {
  const names = (...declared: string[]): string[] => {
    const run = protoc({ 'a.proto': proto3(['message M {}', ...declared].join('\n')) }, 'json_client=true');
    return [
      ...new Set(
        run.written().flatMap((path) => run.read(path).match(/export (?:const|type|interface) [\w$]+/g)!),
      ),
    ];
  };
  const before = names('message A { message B {} }', 'service S { rpc Get(M) returns (M); }');
  const added =
    'message Z { message A_B {} int32 a = 1; }\nenum C { D = 0; }\nservice T { rpc Get(M) returns (M); }';
  const after = names('message A { message B {} }', 'service S { rpc Get(M) returns (M); }', added);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after).toContain('export const T_get');
  // Where it stands makes no difference either.
  expect(
    names(
      added.replace('service T { rpc Get(M) returns (M); }', ''),
      'message A { message B {} }',
      'service S { rpc Get(M) returns (M); }',
    ),
  ).toEqual(expect.arrayContaining(before));
});
