import { BinaryReader, DecodeError } from '@pipit/runtime/codec';
import { DescriptorError } from './descriptor-error.ts';
import type {
  EnumDescriptor,
  EnumValueDescriptor,
  FeatureSet,
  FieldDescriptor,
  FileDescriptor,
  MessageDescriptor,
  MethodDescriptor,
  NamedDescriptor,
  ServiceDescriptor,
} from './descriptors.ts';

const MAX_BYTES = 4 * 1024 * 1024;
/** Each takes some hundred bytes of memory, and may take two bytes of a set. */
const MAX_DECLARATIONS = 100_000;
const HINT = 'protoc --include_imports --descriptor_set_out=FILE writes one';

/**
 * The files of a FileDescriptorSet. Reads only what transcoding needs; comments and custom options are skipped, so
 * that a set costs memory for what it declares and not for what it holds besides.
 * @throws {DescriptorError} for bytes that are none, or too much
 */
export function readDescriptors(bytes: Uint8Array): FileDescriptor[] {
  if (bytes.length > MAX_BYTES) {
    throw new DescriptorError(
      `the descriptor set has ${bytes.length} bytes, more than ${MAX_BYTES}: leave out files that the services do not import, and protoc's --include_source_info`,
    );
  }
  try {
    const { files } = new DescriptorReader(bytes).all({ files: [] }, set);
    if (files.length > 0) return files;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DescriptorError(`not a FileDescriptorSet: ${error.message}; ${HINT}`, { cause: error });
  }
  throw new DescriptorError(`not a FileDescriptorSet, or one without files; ${HINT}`);
}

/** By tag, what is done with a field; others are skipped. */
type Shape<T> = Readonly<Record<number, (target: T, r: DescriptorReader) => void>>;

class DescriptorReader {
  readonly wire: BinaryReader;
  #left = MAX_DECLARATIONS;

  constructor(bytes: Uint8Array) {
    this.wire = new BinaryReader(bytes);
  }

  all<T>(target: T, shape: Shape<T>): T {
    return this.#fields(target, shape, this.wire.end);
  }

  /** Reads a message into `target`. */
  into<T>(target: T, shape: Shape<T>): T {
    return this.#fields(target, shape, this.wire.enter());
  }

  /** The same for something declared, of which there are only so many. */
  declared<T>(target: T, shape: Shape<T>): T {
    if (--this.#left < 0) {
      throw new DescriptorError(
        `the descriptor set declares more than ${MAX_DECLARATIONS} messages, fields, enums and methods: leave out files that the services do not import`,
      );
    }
    return this.into(target, shape);
  }

  #fields<T>(target: T, shape: Shape<T>, end: number): T {
    const { wire } = this;
    while (wire.pos < end) {
      const tag = wire.tag();
      const read = shape[tag];
      if (read === undefined) wire.skip(tag);
      else read(target, this);
    }
    wire.leave(end, 0);
    return target;
  }
}

/** Tags, of fields with a length in front and of varints. */
const len = (number: number): number => (number << 3) | 2;
const int = (number: number): number => number << 3;

// The shapes, leaves first. Field numbers are those of descriptor.proto.

const features: Shape<FeatureSet> = {
  [int(1)]: (m, r) => (m.fieldPresence = r.wire.int32()),
  [int(2)]: (m, r) => (m.enumType = r.wire.int32()),
  [int(3)]: (m, r) => (m.repeatedFieldEncoding = r.wire.int32()),
  [int(4)]: (m, r) => (m.utf8Validation = r.wire.int32()),
  [int(5)]: (m, r) => (m.messageEncoding = r.wire.int32()),
};

const inherited = (): FeatureSet => ({
  fieldPresence: 0,
  enumType: 0,
  repeatedFieldEncoding: 0,
  utf8Validation: 0,
  messageEncoding: 0,
});

/** The kinds of options differ in the number of their features. */
function optionsWith(number: number): Shape<{ readonly features: FeatureSet }> {
  return { [len(number)]: (m, r) => void r.into(m.features, features) };
}

const fileOptions = optionsWith(50);
const enumOptions = optionsWith(7);

const messageOptions: Shape<MessageDescriptor> = {
  [int(7)]: (m, r) => (m.mapEntry = r.wire.bool()),
  [len(12)]: (m, r) => void r.into(m.features, features),
};

const fieldOptions: Shape<FieldDescriptor> = {
  [int(2)]: (m, r) => (m.packed = r.wire.bool()),
  [len(21)]: (m, r) => void r.into(m.features, features),
};

const methodOptions: Shape<MethodDescriptor> = {
  [int(34)]: (m, r) => (m.idempotency = r.wire.int32()),
};

const enumValue: Shape<EnumValueDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [int(2)]: (m, r) => (m.number = r.wire.int32()),
};

const enumType: Shape<EnumDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [len(2)]: (m, r) => m.values.push(r.declared({ name: '', number: 0 }, enumValue)),
  [len(3)]: (m, r) => void r.into(m, enumOptions),
};

const field: Shape<FieldDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [int(3)]: (m, r) => (m.number = r.wire.int32()),
  [int(4)]: (m, r) => (m.label = r.wire.int32()),
  [int(5)]: (m, r) => (m.type = r.wire.int32()),
  [len(6)]: (m, r) => (m.typeName = r.wire.string()),
  [len(7)]: (m, r) => (m.defaultValue = r.wire.string()),
  [len(8)]: (m, r) => void r.into(m, fieldOptions),
  [int(9)]: (m, r) => (m.oneofIndex = r.wire.int32()),
  [len(10)]: (m, r) => (m.jsonName = r.wire.string()),
  [int(17)]: (m, r) => (m.proto3Optional = r.wire.bool()),
};

const newField = (): FieldDescriptor => ({
  name: '',
  number: 0,
  label: 0,
  type: 0,
  typeName: '',
  defaultValue: undefined,
  oneofIndex: undefined,
  jsonName: undefined,
  proto3Optional: false,
  packed: undefined,
  features: inherited(),
});

const named: Shape<NamedDescriptor> = { [len(1)]: (m, r) => (m.name = r.wire.string()) };

const newEnum = (): EnumDescriptor => ({ name: '', values: [], features: inherited() });

const newMessage = (): MessageDescriptor => ({
  name: '',
  fields: [],
  nested: [],
  enums: [],
  oneofs: [],
  mapEntry: false,
  features: inherited(),
});

const message: Shape<MessageDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [len(2)]: (m, r) => m.fields.push(r.declared(newField(), field)),
  [len(3)]: (m, r) => m.nested.push(r.declared(newMessage(), message)),
  [len(4)]: (m, r) => m.enums.push(r.declared(newEnum(), enumType)),
  [len(7)]: (m, r) => void r.into(m, messageOptions),
  [len(8)]: (m, r) => m.oneofs.push(r.declared({ name: '' }, named)),
};

const method: Shape<MethodDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [len(2)]: (m, r) => (m.inputType = r.wire.string()),
  [len(3)]: (m, r) => (m.outputType = r.wire.string()),
  [len(4)]: (m, r) => void r.into(m, methodOptions),
  [int(5)]: (m, r) => (m.streams = r.wire.bool() || m.streams),
  [int(6)]: (m, r) => (m.streams = r.wire.bool() || m.streams),
};

const newMethod = (): MethodDescriptor => ({
  name: '',
  inputType: '',
  outputType: '',
  streams: false,
  idempotency: 0,
});

const service: Shape<ServiceDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [len(2)]: (m, r) => m.methods.push(r.declared(newMethod(), method)),
};

const file: Shape<FileDescriptor> = {
  [len(1)]: (m, r) => (m.name = r.wire.string()),
  [len(2)]: (m, r) => (m.package = r.wire.string()),
  [len(3)]: (m, r) => m.imports.push(r.wire.string()),
  [len(4)]: (m, r) => m.messages.push(r.declared(newMessage(), message)),
  [len(5)]: (m, r) => m.enums.push(r.declared(newEnum(), enumType)),
  [len(6)]: (m, r) => m.services.push(r.declared({ name: '', methods: [] }, service)),
  [len(8)]: (m, r) => void r.into(m, fileOptions),
  [len(12)]: (m, r) => (m.syntax = r.wire.string()),
};

const newFile = (): FileDescriptor => ({
  name: '',
  package: '',
  syntax: '',
  imports: [],
  messages: [],
  enums: [],
  services: [],
  features: inherited(),
});

const set: Shape<{ readonly files: FileDescriptor[] }> = {
  [len(1)]: (m, r) => m.files.push(r.declared(newFile(), file)),
};
