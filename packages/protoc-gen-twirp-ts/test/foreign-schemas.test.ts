import { expect, test } from 'vitest';
import { compileErrors, generated, proto3 } from './protoc.ts';

/** Every kind of field, with a type that another file declares. */
function everything(type: string): string {
  return `message Use_ {
  map<string, string> labels = 1; map<int32, ${type}> by = 2; repeated ${type} many = 3; ${type} one = 4;
  oneof pick { ${type} a = 5; bytes b = 6; } int64 big = 7; double d = 8; google.protobuf.Timestamp at = 9;
  optional ${type} maybe = 10; repeated bytes all = 11; uint64 u = 12; float f = 13; google.protobuf.Any any = 14;
}
service Uses { rpc Get(Use_) returns (Use_); }`;
}

const imports = 'import "google/protobuf/timestamp.proto";\nimport "google/protobuf/any.proto";';

/** What TypeScript's syntax gives a meaning. */
const keywords =
  'abstract accessor any as asserts assert async await bigint boolean break case catch class const continue debugger ' +
  'declare default defer delete do else enum export extends false finally for from function get global if implements ' +
  'import in infer instanceof interface intrinsic is keyof let module namespace never new null number object of out ' +
  'override package private protected public readonly require exports return satisfies set static string super switch ' +
  'symbol this throw true try type typeof undefined unique unknown using var void while with yield arguments eval';

/** What generated code uses without importing it: the globals and utility types among its words. */
function globalsUsed(): string[] {
  const code = generated({ 'a.proto': proto3(`${imports}\n${everything('string')}`) }, 'json_client=true');
  const words = [...code.values()].flatMap((text) => text.match(/\b[A-Za-z]\w*\b/g) ?? []);
  const known = new Set([
    ...Object.getOwnPropertyNames(globalThis),
    ...'Awaited Exclude Extract NonNullable Omit Partial Pick PromiseLike Readonly ReadonlyArray Record'.split(
      ' ',
    ),
  ]);
  return words.filter((word) => known.has(word));
}

function namedLikeTheLanguage(): [path: string, text: string][] {
  const names = new Set([...keywords.split(' '), ...globalsUsed()]);
  // Numbered, because some differ in case only.
  return [...names].flatMap((name, i) => {
    const file = (role: string, declaration: string, use: string): [string, string] => [
      `${role}${i}_${name}.proto`,
      `syntax = "proto3";\npackage ${role}.n_${name};\n${imports}\n${declaration}\n${everything(use)}`,
    ];
    return [
      file(
        'msg',
        `message ${name} { string a = 1; map<string, ${name}> own = 2; }`,
        `.msg.n_${name}.${name}`,
      ),
      file('enm', `enum ${name} { ZERO = 0; }`, `.enm.n_${name}.${name}`),
      file('srv', `service ${name} { rpc Call(Use_) returns (Use_); }`, 'string'),
    ];
  });
}

test('schemas that somebody else owns compile under the strictest options', { timeout: 300_000 }, () => {
  const errors = compileErrors({
    'lists.proto': `syntax = "proto3";
package lists;
import "google/protobuf/struct.proto";
message M {
  repeated google.protobuf.ListValue rows = 1; map<string, google.protobuf.ListValue> by = 2;
  oneof o { google.protobuf.ListValue l = 3; google.protobuf.NullValue n = 4; }
  repeated google.protobuf.Struct structs = 5; repeated google.protobuf.Value values = 6;
}`,
    'without_methods.proto': proto3('message M {}\nservice Empty {}\nservice Full { rpc A(M) returns (M); }'),
    'alone.proto': proto3('service Alone {}'),
    'streams.proto': proto3('message F {}\nservice Feed { rpc Watch(F) returns (stream F); }'),
    'directives.proto': proto3(
      '// @ts-expect-error\nmessage D {\n  // Text.\n  // @ts-expect-error\n  string a = 1;\n  // @ts-ignore\n  int32 b = 2;\n}',
    ),
    "it's/more.proto": proto3('import public "it\'s/again.proto";\nmessage More { More more = 1; }'),
    "it's/again.proto": proto3('message More2 { More2 more = 1; }'),
    "it's/checked.proto": proto3(
      'import "buf/validate/validate.proto";\nmessage Checked { string a = 1 [(buf.validate.field).string.min_len = 1]; }',
    ),
    'asks.proto': proto3(
      'import "it\'s/checked.proto";\nservice Asks { rpc Ask(Checked) returns (Checked); }',
    ),
    'public.proto':
      'syntax = "proto2";\nimport public "it\'s/more.proto";\nimport public "google/protobuf/any.proto";\nmessage P { optional t.More2 m = 1; extensions 5; }\nextend P { optional int32 five = 5 [default = 6]; }',
    ...Object.fromEntries(namedLikeTheLanguage()),
  });
  expect(errors).toBe('');
});
