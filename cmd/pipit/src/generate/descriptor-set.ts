/** One file of a FileDescriptorSet: what has to be known of it here, and its bytes. */
export interface DescribedFile {
  /** `user/v0/echo.proto` */
  readonly name: string;
  readonly imports: readonly string[];
  /** By number; 0 for proto2 and proto3. */
  readonly edition: number;
  /** A FileDescriptorProto. */
  readonly bytes: Uint8Array;
}

// Field numbers of descriptor.proto and compiler/plugin.proto.
const SET_FILE = 1;
const FILE_NAME = 1;
const FILE_DEPENDENCY = 3;
const FILE_EDITION = 14;
const FILE_OPTION_DEPENDENCY = 15;

// Tags of CodeGeneratorRequest: field number << 3 | 2.
const REQUEST_FILE_TO_GENERATE = (1 << 3) | 2;
const REQUEST_PARAMETER = (2 << 3) | 2;
const REQUEST_PROTO_FILE = (15 << 3) | 2;

/** The files of a FileDescriptorSet, imports before what imports them. */
export function filesOfSet(set: Uint8Array): DescribedFile[] {
  const files: DescribedFile[] = [];
  eachField(set, (field, bytes) => {
    if (field !== SET_FILE) return;
    let name = '';
    let edition = 0;
    const imports: string[] = [];
    eachField(bytes, (number, value, varint) => {
      if (number === FILE_NAME) name = text(value);
      else if (number === FILE_DEPENDENCY || number === FILE_OPTION_DEPENDENCY) imports.push(text(value));
      else if (number === FILE_EDITION) edition = varint;
    });
    files.push({ name, imports, edition, bytes });
  });
  return files;
}

/** What protoc would have sent to a plugin: a CodeGeneratorRequest. */
export function generatorRequest(
  files: readonly DescribedFile[],
  toGenerate: readonly string[],
  parameter: string,
): Uint8Array {
  return Buffer.concat([
    ...toGenerate.flatMap((name) => lengthDelimited(REQUEST_FILE_TO_GENERATE, Buffer.from(name))),
    ...lengthDelimited(REQUEST_PARAMETER, Buffer.from(parameter)),
    ...files.flatMap(({ bytes }) => lengthDelimited(REQUEST_PROTO_FILE, bytes)),
  ]);
}

function lengthDelimited(tag: number, bytes: Uint8Array): Uint8Array[] {
  const head = [tag];
  let length = bytes.length;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  return [Uint8Array.from(head), bytes];
}

const none = new Uint8Array();

/** Visits the fields of a message that protoc wrote: those with a length, and varints. */
function eachField(
  message: Uint8Array,
  visit: (field: number, bytes: Uint8Array, varint: number) => void,
): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag & 7;
    if (type === 2) {
      const end = varint() + at;
      visit(tag >>> 3, message.subarray(at, end), 0);
      at = end;
    } else if (type === 0) visit(tag >>> 3, none, varint());
    else at += type === 1 ? 8 : 4;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
