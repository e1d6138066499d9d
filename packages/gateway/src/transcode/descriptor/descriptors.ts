/** The parts of descriptor.proto that say how messages are read and written, as plain data. */

export interface FileDescriptor {
  name: string;
  /** Empty for none. */
  package: string;
  /** `proto3` or `editions`; proto2 is `proto2` or empty. */
  syntax: string;
  /** The files it imports. */
  readonly imports: string[];
  readonly messages: MessageDescriptor[];
  readonly enums: EnumDescriptor[];
  readonly services: ServiceDescriptor[];
  readonly features: FeatureSet;
}

export interface MessageDescriptor {
  name: string;
  readonly fields: FieldDescriptor[];
  readonly nested: MessageDescriptor[];
  readonly enums: EnumDescriptor[];
  readonly oneofs: NamedDescriptor[];
  /** It is the entry of a map field. */
  mapEntry: boolean;
  readonly features: FeatureSet;
}

export interface FieldDescriptor {
  name: string;
  number: number;
  /** FieldDescriptorProto.Label by number. */
  label: number;
  /** FieldDescriptorProto.Type by number. */
  type: number;
  /** The message or enum, with a leading dot; empty for scalars. */
  typeName: string;
  defaultValue: string | undefined;
  oneofIndex: number | undefined;
  jsonName: string | undefined;
  proto3Optional: boolean;
  packed: boolean | undefined;
  readonly features: FeatureSet;
}

export interface EnumDescriptor {
  name: string;
  readonly values: EnumValueDescriptor[];
  readonly features: FeatureSet;
}

export interface EnumValueDescriptor {
  name: string;
  number: number;
}

export interface ServiceDescriptor {
  name: string;
  readonly methods: MethodDescriptor[];
}

export interface MethodDescriptor {
  name: string;
  inputType: string;
  outputType: string;
  streams: boolean;
  /** MethodOptions.IdempotencyLevel by number. */
  idempotency: number;
}

export interface NamedDescriptor {
  name: string;
}

/** google.protobuf.FeatureSet, by enum number; 0 is inherited. */
export interface FeatureSet {
  fieldPresence: number;
  enumType: number;
  repeatedFieldEncoding: number;
  utf8Validation: number;
  messageEncoding: number;
}
