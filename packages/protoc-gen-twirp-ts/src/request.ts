import type {
  CodeGeneratorRequest,
  EnumDescriptor,
  EnumValueDescriptor,
  FeatureSet,
  FieldDescriptor,
  FieldOptions,
  FileDescriptor,
  MessageDescriptor,
  MessageOptions,
  MethodDescriptor,
  MethodOptions,
  Options,
  ServiceDescriptor,
} from './descriptor.ts';
import { type Shape, WireReader } from './wire-reader.ts';

/**
 * Reads what protoc and buf send to a plugin.
 * @throws {Error} for bytes that are no CodeGeneratorRequest
 */
export function decodeRequest(bytes: Uint8Array): CodeGeneratorRequest {
  return new WireReader(bytes).all(request);
}

// The shapes, leaves first. Field numbers are those of descriptor.proto and compiler/plugin.proto.

const features: Shape<FeatureSet> = {
  empty: () => ({
    fieldPresence: 0,
    enumType: 0,
    repeatedFieldEncoding: 0,
    utf8Validation: 0,
    messageEncoding: 0,
  }),
  fields: {
    1: (m, r) => (m.fieldPresence = r.int32()),
    2: (m, r) => (m.enumType = r.int32()),
    3: (m, r) => (m.repeatedFieldEncoding = r.int32()),
    4: (m, r) => (m.utf8Validation = r.int32()),
    5: (m, r) => (m.messageEncoding = r.int32()),
  },
};

const none: Options = { deprecated: false, features: undefined };
const noMessageOptions: MessageOptions = { ...none, mapEntry: false, messageSetWireFormat: false };
const noFieldOptions: FieldOptions = { ...none, packed: undefined, jstype: 0 };
const noMethodOptions: MethodOptions = { ...none, idempotencyLevel: 0 };

/** The kinds of options differ in the numbers of what they share. */
function options(numbers: { readonly deprecated: number; readonly features: number }): Shape<Options> {
  return {
    empty: () => ({ ...none }),
    fields: {
      [numbers.deprecated]: (m, r) => (m.deprecated = r.bool()),
      [numbers.features]: (m, r) => (m.features = r.message(features)),
    },
  };
}

const fileOptions: Shape<Options> = options({ deprecated: 23, features: 50 });
const enumOptions: Shape<Options> = options({ deprecated: 3, features: 7 });
const enumValueOptions: Shape<Options> = options({ deprecated: 1, features: 2 });
const serviceOptions: Shape<Options> = options({ deprecated: 33, features: 34 });

const messageOptions: Shape<MessageOptions> = {
  empty: () => ({ ...noMessageOptions }),
  fields: {
    1: (m, r) => (m.messageSetWireFormat = r.bool()),
    3: (m, r) => (m.deprecated = r.bool()),
    7: (m, r) => (m.mapEntry = r.bool()),
    12: (m, r) => (m.features = r.message(features)),
  },
};

const fieldOptions: Shape<FieldOptions> = {
  empty: () => ({ ...noFieldOptions }),
  fields: {
    2: (m, r) => (m.packed = r.bool()),
    3: (m, r) => (m.deprecated = r.bool()),
    6: (m, r) => (m.jstype = r.int32()),
    21: (m, r) => (m.features = r.message(features)),
  },
};

const methodOptions: Shape<MethodOptions> = {
  empty: () => ({ ...noMethodOptions }),
  fields: {
    33: (m, r) => (m.deprecated = r.bool()),
    34: (m, r) => (m.idempotencyLevel = r.int32()),
    35: (m, r) => (m.features = r.message(features)),
  },
};

const enumValue: Shape<EnumValueDescriptor> = {
  empty: () => ({ name: '', number: 0, options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.number = r.int32()),
    3: (m, r) => (m.options = r.message(enumValueOptions)),
  },
};

const enumType: Shape<EnumDescriptor> = {
  empty: () => ({ name: '', value: [], options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => m.value.push(r.message(enumValue)),
    3: (m, r) => (m.options = r.message(enumOptions)),
  },
};

const field: Shape<FieldDescriptor> = {
  empty: () => ({
    name: '',
    number: 0,
    label: 0,
    type: 0,
    typeName: '',
    extendee: '',
    defaultValue: undefined,
    oneofIndex: undefined,
    jsonName: undefined,
    proto3Optional: false,
    options: noFieldOptions,
  }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.extendee = r.string()),
    3: (m, r) => (m.number = r.int32()),
    4: (m, r) => (m.label = r.int32()),
    5: (m, r) => (m.type = r.int32()),
    6: (m, r) => (m.typeName = r.string()),
    7: (m, r) => (m.defaultValue = r.string()),
    8: (m, r) => (m.options = r.message(fieldOptions)),
    9: (m, r) => (m.oneofIndex = r.int32()),
    10: (m, r) => (m.jsonName = r.string()),
    17: (m, r) => (m.proto3Optional = r.bool()),
  },
};

const oneof: Shape<{ readonly name: string }> = {
  empty: () => ({ name: '' }),
  fields: { 1: (m, r) => (m.name = r.string()) },
};

const message: Shape<MessageDescriptor> = {
  empty: () => ({
    name: '',
    field: [],
    nestedType: [],
    enumType: [],
    extension: [],
    extensionRange: [],
    oneofDecl: [],
    options: noMessageOptions,
  }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => m.field.push(r.message(field)),
    3: (m, r) => m.nestedType.push(r.message(message)),
    4: (m, r) => m.enumType.push(r.message(enumType)),
    5: (m, r) => m.extensionRange.push(r.raw()),
    6: (m, r) => m.extension.push(r.message(field)),
    7: (m, r) => (m.options = r.message(messageOptions)),
    8: (m, r) => m.oneofDecl.push(r.message(oneof)),
  },
};

const method: Shape<MethodDescriptor> = {
  empty: () => ({
    name: '',
    inputType: '',
    outputType: '',
    clientStreaming: false,
    serverStreaming: false,
    options: noMethodOptions,
  }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.inputType = r.string()),
    3: (m, r) => (m.outputType = r.string()),
    4: (m, r) => (m.options = r.message(methodOptions)),
    5: (m, r) => (m.clientStreaming = r.bool()),
    6: (m, r) => (m.serverStreaming = r.bool()),
  },
};

const service: Shape<ServiceDescriptor> = {
  empty: () => ({ name: '', method: [], options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => m.method.push(r.message(method)),
    3: (m, r) => (m.options = r.message(serviceOptions)),
  },
};

const file: Shape<FileDescriptor> = {
  empty: () => ({
    name: '',
    package: '',
    messageType: [],
    enumType: [],
    service: [],
    extension: [],
    options: none,
    sourceCodeInfo: new Uint8Array(),
    syntax: '',
  }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.package = r.string()),
    4: (m, r) => m.messageType.push(r.message(message)),
    5: (m, r) => m.enumType.push(r.message(enumType)),
    6: (m, r) => m.service.push(r.message(service)),
    7: (m, r) => m.extension.push(r.message(field)),
    8: (m, r) => (m.options = r.message(fileOptions)),
    9: (m, r) => (m.sourceCodeInfo = r.raw()),
    12: (m, r) => (m.syntax = r.string()),
  },
};

const request: Shape<CodeGeneratorRequest> = {
  empty: () => ({ fileToGenerate: [], parameter: '', protoFile: [] }),
  fields: {
    1: (m, r) => m.fileToGenerate.push(r.string()),
    2: (m, r) => (m.parameter = r.string()),
    15: (m, r) => m.protoFile.push(r.message(file)),
  },
};
