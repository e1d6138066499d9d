import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/paths.js';

export const SERVICES = 500;
export const METHODS = 10;

/** A project with 500 services of 10 methods each, the same on every run, one proto a service. */
export function makeProject(folder) {
  write(folder, 'package.json', '{ "type": "module" }\n');
  write(
    folder,
    'tsconfig.json',
    '{ "compilerOptions": { "module": "nodenext", "rewriteRelativeImportExtensions": true } }\n',
  );
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  write(folder, 'rpc/common/page.proto', page);
  for (let index = 0; index < SERVICES; index++) write(folder, `rpc/${protoOf(index)}`, proto(index));
}

/** The proto of a service, below `rpc/`. */
export function protoOf(index) {
  return `area${Math.floor(index / 20)}/v1/service${index}.proto`;
}

/** Changes one proto, as someone does who adds a field: another one every time. */
export function edit(folder, round) {
  const file = join(folder, 'rpc', protoOf(250));
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nmessage Added${round} {\n  string name = 1;\n}\n`);
}

const page = `syntax = "proto3";

package common;

// Which part of a list.
message Page {
  int32 number = 1;
  int32 size = 2;
}
`;

function proto(index) {
  const methods = Array.from({ length: METHODS }, (_, method) => method);
  return `syntax = "proto3";

package area${Math.floor(index / 20)}.v1;

import "common/page.proto";
import "google/protobuf/timestamp.proto";

// Service ${index} of the project.
service Service${index} {
${methods.map((method) => `  // Does thing ${method}.\n  rpc Do${method}(Service${index}Do${method}Request) returns (Service${index}Do${method}Response);`).join('\n')}
}

${methods.map((method) => messages(`Service${index}Do${method}`)).join('\n')}`;
}

function messages(name) {
  return `// What ${name} is asked.
message ${name}Request {
  // Whose.
  int64 user_id = 1;
  string name = 2;
  repeated int32 ids = 3;
  common.Page page = 4;
  bool dry_run = 5;
}

message ${name}Item {
  string title = 1;
  double price = 2;
  map<string, string> labels = 3;
  google.protobuf.Timestamp created = 4;
}

// What ${name} answers.
message ${name}Response {
  int32 code = 1;
  string msg = 2;
  ${name}Item data = 3;
}
`;
}

function write(folder, path, text) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
