import type {
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
  OneofDescriptor,
  Options,
  ServiceDescriptor,
} from './descriptors.ts';
import type { Shape } from './wire-reader.ts';

// What descriptor.proto declares, leaves first; field numbers are its own.

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

const noBytes = new Uint8Array();
const none: Options = { deprecated: false, features: undefined, bytes: noBytes };
const noMessageOptions: MessageOptions = { ...none, mapEntry: false, messageSet: false };
const noFieldOptions: FieldOptions = { ...none, packed: undefined, jstype: 0 };
const noMethodOptions: MethodOptions = { ...none, idempotency: 0 };

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

// Nobody can deprecate a oneof: no field has the number 0.
const oneofOptions: Shape<Options> = options({ deprecated: 0, features: 1 });

const messageOptions: Shape<MessageOptions> = {
  empty: () => ({ ...noMessageOptions }),
  fields: {
    1: (m, r) => (m.messageSet = r.bool()),
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
    34: (m, r) => (m.idempotency = r.int32()),
    35: (m, r) => (m.features = r.message(features)),
  },
};

export const enumValueShape: Shape<EnumValueDescriptor> = {
  empty: () => ({ name: '', number: 0, options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.number = r.int32()),
    3: (m, r) => (m.options = r.withBytes(enumValueOptions)),
  },
};

export const enumShape: Shape<EnumDescriptor> = {
  empty: () => ({ name: '', values: [], options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => m.values.push(r.declared(enumValueShape)),
    3: (m, r) => (m.options = r.withBytes(enumOptions)),
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
    8: (m, r) => (m.options = r.withBytes(fieldOptions)),
    9: (m, r) => (m.oneofIndex = r.int32()),
    10: (m, r) => (m.jsonName = r.string()),
    17: (m, r) => (m.proto3Optional = r.bool()),
  },
};

const oneof: Shape<OneofDescriptor> = {
  empty: () => ({ name: '', options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.options = r.withBytes(oneofOptions)),
  },
};

export const messageShape: Shape<MessageDescriptor> = {
  empty: () => ({
    name: '',
    fields: [],
    nested: [],
    enums: [],
    extensions: [],
    extendable: false,
    oneofs: [],
    options: noMessageOptions,
  }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => m.fields.push(r.declared(field)),
    3: (m, r) => m.nested.push(r.declared(messageShape)),
    4: (m, r) => m.enums.push(r.declared(enumShape)),
    5: (m, r) => (r.skip(), (m.extendable = true)),
    6: (m, r) => (r.detail ? m.extensions.push(r.declared(field)) : r.skip()),
    7: (m, r) => (m.options = r.withBytes(messageOptions)),
    8: (m, r) => m.oneofs.push(r.declared(oneof)),
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
    4: (m, r) => (m.options = r.withBytes(methodOptions)),
    5: (m, r) => (m.clientStreaming = r.bool()),
    6: (m, r) => (m.serverStreaming = r.bool()),
  },
};

const service: Shape<ServiceDescriptor> = {
  empty: () => ({ name: '', methods: [], options: none }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => m.methods.push(r.declared(method)),
    3: (m, r) => (m.options = r.withBytes(serviceOptions)),
  },
};

/** A google.protobuf.FileDescriptorProto. */
export const fileShape: Shape<FileDescriptor> = {
  empty: () => ({
    name: '',
    package: '',
    imports: [],
    publicImports: [],
    messages: [],
    enums: [],
    services: [],
    extensions: [],
    options: none,
    sourceInfo: noBytes,
    syntax: '',
    edition: 0,
    bytes: noBytes,
  }),
  fields: {
    1: (m, r) => (m.name = r.string()),
    2: (m, r) => (m.package = r.string()),
    3: (m, r) => m.imports.push(r.string()),
    4: (m, r) => m.messages.push(r.declared(messageShape)),
    5: (m, r) => m.enums.push(r.declared(enumShape)),
    6: (m, r) => m.services.push(r.declared(service)),
    7: (m, r) => (r.detail ? m.extensions.push(r.declared(field)) : r.skip()),
    8: (m, r) => (m.options = r.withBytes(fileOptions)),
    9: (m, r) => (r.comments ? (m.sourceInfo = r.raw()) : r.skip()),
    10: (m, r) => r.int32s(m.publicImports),
    12: (m, r) => (m.syntax = r.string()),
    14: (m, r) => (m.edition = r.int32()),
    15: (m, r) => m.imports.push(r.string()),
  },
};
