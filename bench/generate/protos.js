import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Synthetic protos, the same on every run. A message has six fields on average, of every kind, comments on itself
 * and its fields, and refers to messages before it, as large API descriptions do.
 */

const scalars = ['string', 'int64', 'int32', 'bool', 'double', 'bytes', 'uint32'];

/** One field of message `index`; `earlier` is the number of messages of this file that it may refer to. */
function field(index, number, earlier) {
  const kind = (index + number) % 8;
  const scalar = scalars[(index * 3 + number) % scalars.length];
  const other = earlier > 0 ? `Message${(index * 7 + number * 13) % earlier}` : undefined;
  const name = `field_number_${number}`;
  const comment = `  // What ${name} of message ${index} is about, in one line.\n`;
  if (kind === 0 && other !== undefined) return `${comment}  ${other} ${name} = ${number};\n`;
  if (kind === 1 && other !== undefined) return `${comment}  repeated ${other} ${name} = ${number};\n`;
  if (kind === 2 && other !== undefined) return `${comment}  map<string, ${other}> ${name} = ${number};\n`;
  if (kind === 3) return `${comment}  repeated ${scalar} ${name} = ${number};\n`;
  if (kind === 4) return `${comment}  optional ${scalar} ${name} = ${number};\n`;
  if (kind === 5) return `${comment}  Kind ${name} = ${number};\n`;
  return `${comment}  ${scalar} ${name} = ${number};\n`;
}

function message(index, earlier) {
  const count = 4 + (index % 4);
  const fields = Array.from({ length: count }, (_, position) => field(index, position + 1, earlier));
  const oneof =
    index % 10 === 0 ? `  oneof choice {\n    string text = 20;\n    int64 amount = 21;\n  }\n` : '';
  return `// Message ${index} of the file.\n// It has ${count} fields.\nmessage Message${index} {\n${fields.join('')}${oneof}}\n\n`;
}

/** File `part`: `count` messages, an enum and a service; all but the first import the one before. */
function file(part, count) {
  const messages = Array.from({ length: count }, (_, index) => message(index, index));
  const before = `bench.generate.part${part - 1}.Message0`;
  const imports = part === 0 ? '' : `import "${fileName(part - 1)}";\n\n`;
  const link =
    part === 0 ? '' : `// A reference to another file.\nmessage Link {\n  ${before} target = 1;\n}\n\n`;
  return `syntax = "proto3";

package bench.generate.part${part};

${imports}// Which kind.
enum Kind {
  KIND_UNSPECIFIED = 0;
  KIND_FIRST = 1;
  KIND_SECOND = 2;
}

${link}${messages.join('')}// The service of the file.
service Things {
  // Gets one.
  rpc Get(Message0) returns (Message${count - 1});
  // Lists some.
  rpc List(Message0) returns (Message${count - 1});
}
`;
}

/** Writes `files` protos of `count` messages each into `folder`; returns their names. */
export function writeProtos(folder, files, count) {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: files }, (_, index) => {
    writeFileSync(join(folder, fileName(index)), file(index, count));
    return fileName(index);
  });
}

function fileName(part) {
  return `file_${part}.proto`;
}
