import { expect, test } from 'vitest';
import { generated, proto3 } from './protoc.ts';

const option = 'protobuf_client=true';

test('the option writes a .protobuf.ts file for each file that has services', () => {
  const files = {
    'a.proto': proto3('message M {} service S { rpc Get(M) returns (M); }'),
    'b.proto': proto3(''),
  };
  expect([...generated(files).keys()]).not.toContain('a.protobuf.ts');
  const names = [...generated(files, option).keys()];
  expect(names).toContain('a.protobuf.ts');
  expect(names).not.toContain('b.protobuf.ts');
  expect(() => generated(files, 'protobuf_client=yes')).toThrow(
    'option protobuf_client is "yes", but must be one of true, false',
  );
});

test('a method is a const of its own, with one direction of each of its messages, wherever these are', () => {
  const code = generated(
    {
      'x/out.proto': proto3(
        'package x; message M { string id = 1; } message Out { int32 code = 1; string msg = 2; M data = 3; }',
      ).replace('package t;', ''),
      'a.proto': proto3(`
import "x/out.proto";
message Ask { x.M m = 1; }
service S {
  // Says it.
  rpc Look(Ask) returns (x.Out) { option idempotency_level = NO_SIDE_EFFECTS; }
}`),
    },
    option,
  ).get('a.protobuf.ts');
  expect(code).toContain(
    "import { type ProtobufMethod } from '@pipit/runtime/protobuf-client';"
      .replace('{ type', 'type {')
      .replace('type { Pro', 'type { Pro'),
  );
  expect(code).toContain("import { Ask$write, type AskInit } from './a.pb.js';");
  expect(code).toContain("import { M$read, type Out, Out$read } from './x/out.pb.js';");
  expect(code).toContain(
    "/** Says it. */\nexport const look: ProtobufMethod<AskInit, Out> = {\n  service: 't.S',\n  name: 'Look',\n  kind: 'envelope',\n  idempotency: 'NO_SIDE_EFFECTS',\n  write: Ask$write,\n  read: Out$read,\n  data: M$read,\n};",
  );
});
