import { DescriptorError } from './descriptor-error.ts';
import { fileShape } from './descriptor-shapes.ts';
import type { FileDescriptor } from './descriptors.ts';
import { type ReaderOptions, type Shape, WireError, WireReader } from './wire-reader.ts';

/** The limits within which a descriptor set is read. */
export interface Limits {
  /** Bytes of a set. */
  readonly bytes: number;
  /** Messages, fields, oneofs, enums, values, services, methods and files together. */
  readonly declarations: number;
  /** Characters of a full name. */
  readonly name: number;
  /** Fields of one message. */
  readonly fields: number;
  /** Values of one enum. */
  readonly enumValues: number;
  /** Keep comments, and so all bytes of the set. Default false. */
  readonly comments?: boolean;
  /** Keep the rules of `buf.validate`, without those that others have declared. Default false. */
  readonly rules?: boolean;
}

/** The limits for sets that come from strangers. */
export const uploadLimits: Limits = {
  bytes: 4 * 1024 * 1024,
  // Each takes some hundred bytes of memory, and may take two bytes of a set.
  declarations: 100_000,
  // protoc takes longer ones, but nobody writes them; a nested name holds all those around it.
  name: 1_000,
  // A message is looked through whole each time it is written.
  fields: 5_000,
  enumValues: 10_000,
};

const hint = 'protoc --include_imports --descriptor_set_out=FILE writes one';

const setShape: Shape<{ readonly files: readonly FileDescriptor[] }> = {
  empty: () => ({ files: [] }),
  fields: { 1: (m, r) => m.files.push(r.detail ? r.withBytes(fileShape) : r.declared(fileShape)) },
};

/**
 * The files of a google.protobuf.FileDescriptorSet, in their order.
 * @param limits for sets that come from strangers: then comments, extensions and custom options are not kept either, so
 * that a set costs memory for the messages it declares and not for what it holds besides
 * @throws {DescriptorError} for bytes that are not such a set, or are more than `limits` allow
 * @example
 * const schema = new Schema(readDescriptorSet(readFileSync('set.bin')));
 */
export function readDescriptorSet(bytes: Uint8Array, limits?: Limits): readonly FileDescriptor[] {
  if (limits !== undefined && bytes.length > limits.bytes) {
    throw new DescriptorError(
      `the descriptor set has ${bytes.length} bytes, more than ${limits.bytes}: leave out files that the services do not import, and protoc's --include_source_info`,
    );
  }
  const options =
    limits === undefined
      ? {}
      : {
          maxDeclarations: limits.declarations,
          detail: false,
          comments: limits.comments ?? false,
          rules: limits.rules ?? false,
        };
  const { files } = readMessage(bytes, setShape, 'FileDescriptorSet', `; ${hint}`, options);
  if (files.length > 0) return files;
  throw new DescriptorError(`not a FileDescriptorSet, or one without files; ${hint}`);
}

/**
 * One google.protobuf.FileDescriptorProto.
 * @throws {DescriptorError} for bytes that are not one
 * @example
 * const { name, services } = readFileDescriptor(bytes);
 */
export function readFileDescriptor(bytes: Uint8Array): FileDescriptor {
  return readMessage(bytes, fileShape, 'FileDescriptorProto');
}

/**
 * A message of the given shape.
 * @param name of the message, for the error
 * @param remedy what the error ends with
 * @throws {DescriptorError} for bytes that are not such a message
 */
export function readMessage<T>(
  bytes: Uint8Array,
  shape: Shape<T>,
  name: string,
  remedy = '',
  options: ReaderOptions = {},
): T {
  try {
    return new WireReader(bytes, options).all(shape);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new DescriptorError(`not a ${name}: ${error.message}${remedy}`, { cause: error });
  }
}
