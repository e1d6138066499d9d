import { spawnSync } from 'node:child_process';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FieldDescriptorProtoSchema,
  type FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { decodeRequest, generate, PluginError } from '../src/index.ts';
import { pluginBin } from './protoc.ts';

type FileInit = MessageInitShape<typeof FileDescriptorProtoSchema>;
type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;

function request(fileToGenerate: readonly string[], ...protoFile: FileInit[]): Uint8Array {
  const init = { fileToGenerate: [...fileToGenerate], protoFile };
  return toBinary(CodeGeneratorRequestSchema, create(CodeGeneratorRequestSchema, init));
}

/** The error for a file `a.proto` with this in it. */
function refused(file: FileInit): string {
  const { name = 'a.proto' } = file;
  try {
    generate(decodeRequest(request([name], { name, package: 'a', syntax: 'proto3', ...file })));
  } catch (error) {
    expect(error).toBeInstanceOf(PluginError);
    return (error as PluginError).message;
  }
  throw new Error('code was generated');
}

function field(init: FieldInit, syntax = 'proto3'): FileInit {
  return {
    syntax,
    messageType: [{ name: 'M', field: [{ name: 'f', number: 1, label: 1, type: 5, ...init }] }],
  };
}

const code = 'x() {} evil(); //';

test.each<[string, FileInit, string]>([
  ['a package', { package: code }, `a.proto: ${code} is not a valid package name`],
  ['a message', { messageType: [{ name: code }] }, `a.proto: "${code}" in a is not a valid name`],
  [
    'a nested message',
    { messageType: [{ name: 'M', nestedType: [{ name: code }] }] },
    'in a.M is not a valid name',
  ],
  ['a field', field({ name: code }), 'in a.M is not a valid name'],
  ['a oneof', { messageType: [{ name: 'M', oneofDecl: [{ name: code }] }] }, 'in a.M is not a valid name'],
  ['an enum', { enumType: [{ name: code }] }, 'in a is not a valid name'],
  ['an enum value', { enumType: [{ name: 'E', value: [{ name: code }] }] }, 'in a.E is not a valid name'],
  ['a service', { service: [{ name: code }] }, 'in a is not a valid name'],
  ['a method', { service: [{ name: 'S', method: [{ name: code }] }] }, 'in a.S is not a valid name'],
  ['an extension', { extension: [{ name: code, number: 1, label: 1, type: 5 }] }, 'in a is not a valid name'],
  ['nothing', { messageType: [{ name: '' }] }, 'a.proto: "" in a is not a valid name'],
])('a name that is not an identifier is refused: %s', (_, file, message) => {
  expect(refused(file)).toContain(message);
});

test.each([
  '../x.proto',
  'a/../../x.proto',
  '/x.proto',
  'a//x.proto',
  './x.proto',
  'a\\x.proto',
  'C:/x.proto',
  'x.proto\nevil();',
  '',
])('a path that leads elsewhere is refused: %j', (name) => {
  expect(refused({ name })).toContain(`${JSON.stringify(name)} is not a valid path of a .proto file`);
});

test('an edition above those that are known is refused, unless the file is only imported', () => {
  const future = { name: 'b.proto', package: 'b', syntax: 'editions', edition: 1002 };
  expect(refused(future)).toBe(
    'b.proto: the file has a newer edition than 2024, which is the newest that is supported',
  );
  const importing = { name: 'a.proto', dependency: ['b.proto'] };
  expect(generate(decodeRequest(request(['a.proto'], future, importing)))).not.toEqual([]);
});

test('the path of an imported file is checked too', () => {
  const files = [{ name: '../b.proto' }, { name: 'a.proto', dependency: ['../b.proto'] }];
  expect(() => generate(decodeRequest(request(['a.proto'], ...files)))).toThrow(
    '"../b.proto" is not a valid path of a .proto file',
  );
});

test.each<[string, FileInit, string]>([
  [
    'a field of no message',
    field({ type: 11, typeName: '.a.No' }),
    'a.proto: a.M.f is of type .a.No, but no file',
  ],
  [
    'a field of no enum',
    field({ type: 14, typeName: '.a.M' }),
    'a.proto: a.M.f is of type .a.M, but no file',
  ],
  ['a type that does not exist', field({ type: 99 as never }), 'has the type 99, which does not exist'],
  [
    'a method of no message',
    { service: [{ name: 'S', method: [{ name: 'F', inputType: '.a.X', outputType: '.a.X' }] }] },
    'a.proto: a.S.F is of type .a.X, but no file of the set declares it',
  ],
  [
    'an extension of no message',
    { extension: [{ name: 'e', number: 1, label: 1, type: 5, extendee: '.a.X' }] },
    'a.proto: a.e is of type .a.X',
  ],
  [
    'an import that is missing',
    { dependency: ['b.proto'], ...field({ type: 11, typeName: '.b.B' }) },
    'lacks b.proto',
  ],
  [
    'a default that is code',
    field({ defaultValue: code }, 'proto2'),
    `a.proto: a.M.f has the default "${code}"`,
  ],
  [
    'a default beyond its type',
    field({ defaultValue: '4294967296' }, 'proto2'),
    'has the default "4294967296"',
  ],
  ['a oneof that is not there', field({ oneofIndex: 3 }), 'is in oneof 3, which is not there'],
])('a descriptor that is not valid is a sentence: %s', (_, file, message) => {
  expect(refused(file)).toContain(message);
});

test('a file to generate that is not in the request is named', () => {
  expect(() => generate(decodeRequest(request(['b.proto'], { name: 'a.proto' })))).toThrow(
    '"b.proto" is to be generated, but the request has no such file',
  );
});

test('what is wrong with descriptors reaches the compiler as the error of the response, without code', () => {
  const input = request(['../x.proto'], { name: '../x.proto' });
  const { status, stdout, stderr } = spawnSync(process.execPath, [pluginBin], { input });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  expect(response.error).toMatch(/^"\.\.\/x\.proto" is not a valid path/);
  expect(response.file).toEqual([]);
});

test('bytes that are not a request are refused', () => {
  expect(() => decodeRequest(Buffer.from([0x12, 5, 0x61]))).toThrow('not a CodeGeneratorRequest: truncated');
});
