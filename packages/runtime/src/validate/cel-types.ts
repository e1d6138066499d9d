import {
  clone,
  create,
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';

/** The types that expressions may name, and that messages in them have. */
export interface CelTypes {
  readonly registry?: FileRegistry;
}

/** A file as `.descriptor.ts` exports it. */
interface DescriptorFile {
  readonly path: string;
  readonly imports: readonly DescriptorFile[];
  /** A google.protobuf.FileDescriptorProto. */
  readonly base64: string;
}

/**
 * The types of a .proto file and of all it uses.
 * @param file the `descriptor` that the `.descriptor.ts` file beside its code exports
 */
export function celTypes(file: DescriptorFile): CelTypes {
  const files = new Map<string, FileDescriptorProto>();
  const add = ({ path, imports, base64 }: DescriptorFile): void => {
    if (files.has(path)) return;
    for (const each of imports) add(each);
    const bytes = Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
    files.set(path, fromBinary(FileDescriptorProtoSchema, bytes));
  };
  add(file);
  return typesOf(files);
}

/**
 * The types of all files of a google.protobuf.FileDescriptorSet; well-known types need not be among them.
 * @throws {Error} for a set that is not whole
 */
export function celTypesOfSet(descriptorSet: Uint8Array): CelTypes {
  const given = new Map<string, FileDescriptorProto>();
  for (const { proto } of wellKnown) given.set(proto.name, clone(FileDescriptorProtoSchema, proto));
  for (const file of fromBinary(FileDescriptorSetSchema, descriptorSet).file) given.set(file.name, file);
  const files = new Map<string, FileDescriptorProto>();
  const add = (path: string): void => {
    const file = given.get(path);
    if (file === undefined || files.has(path)) return;
    // Imports lead nowhere back, but strangers' sets may say otherwise.
    given.delete(path);
    file.dependency.forEach(add);
    files.set(path, file);
  };
  [...given.keys()].forEach(add);
  return typesOf(files);
}

const wellKnown: readonly DescFile[] = [
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

/** @param files imports before what imports them */
function typesOf(files: ReadonlyMap<string, FileDescriptorProto>): CelTypes {
  for (const proto of files.values()) {
    // What is imported for options only is not there, and not needed.
    proto.dependency = proto.dependency.filter((path) => files.has(path));
    proto.publicDependency = [];
    proto.weakDependency = [];
    proto.optionDependency = [];
    // Expressions know no extensions, and those of rules extend what is not there.
    proto.extension = [];
    for (const message of proto.messageType) dropExtensions(message);
  }
  return { registry: createFileRegistry(create(FileDescriptorSetSchema, { file: [...files.values()] })) };
}

function dropExtensions(message: DescriptorProto): void {
  message.extension = [];
  for (const nested of message.nestedType) dropExtensions(nested);
}

/** @throws {Error} where the schema lacks the message */
export function descriptorOf({ registry }: CelTypes, typeName: string): DescMessage {
  const found = registry?.getMessage(typeName);
  if (found === undefined) throw new Error(`the schema has no message ${typeName}: generate the code again`);
  return found;
}
