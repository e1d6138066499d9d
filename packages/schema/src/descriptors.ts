/** The parts of descriptor.proto that the schema is made of, as plain data. */

export interface FileDescriptor {
  /** `user/v0/echo.proto` */
  readonly name: string;
  /** Empty for none. */
  readonly package: string;
  /** The files it imports, those for options only too. */
  readonly imports: readonly string[];
  /** The places in `imports` of what it imports publicly: whoever imports the file has their types too. */
  readonly publicImports: readonly number[];
  readonly messages: readonly MessageDescriptor[];
  readonly enums: readonly EnumDescriptor[];
  readonly services: readonly ServiceDescriptor[];
  readonly extensions: readonly FieldDescriptor[];
  readonly options: Options;
  /** A google.protobuf.SourceCodeInfo, unread: most of a file, of which little is needed. */
  readonly sourceInfo: Uint8Array;
  /** `proto3` or `editions`; proto2 is `proto2` or empty. */
  readonly syntax: string;
  /** google.protobuf.Edition by number; 0 for proto2 and proto3. */
  readonly edition: number;
  /** The file as it came, not copied; empty where no detail is kept. */
  readonly bytes: Uint8Array;
}

export interface MessageDescriptor {
  readonly name: string;
  readonly fields: readonly FieldDescriptor[];
  readonly nested: readonly MessageDescriptor[];
  readonly enums: readonly EnumDescriptor[];
  readonly extensions: readonly FieldDescriptor[];
  /** True for a message with extension ranges. */
  readonly extendable: boolean;
  readonly oneofs: readonly OneofDescriptor[];
  readonly options: MessageOptions;
}

export interface OneofDescriptor {
  readonly name: string;
  readonly options: Options;
}

export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  /** FieldDescriptorProto.Label by number. */
  readonly label: number;
  /** FieldDescriptorProto.Type by number. */
  readonly type: number;
  /** The message or enum, with a leading dot; empty for scalars. */
  readonly typeName: string;
  /** The message an extension extends, with a leading dot; empty for other fields. */
  readonly extendee: string;
  readonly defaultValue: string | undefined;
  readonly oneofIndex: number | undefined;
  readonly jsonName: string | undefined;
  readonly proto3Optional: boolean;
  readonly options: FieldOptions;
}

export interface EnumDescriptor {
  readonly name: string;
  readonly values: readonly EnumValueDescriptor[];
  readonly options: Options;
}

export interface EnumValueDescriptor {
  readonly name: string;
  readonly number: number;
  readonly options: Options;
}

export interface ServiceDescriptor {
  readonly name: string;
  readonly methods: readonly MethodDescriptor[];
  readonly options: Options;
}

export interface MethodDescriptor {
  readonly name: string;
  /** With a leading dot. */
  readonly inputType: string;
  /** With a leading dot. */
  readonly outputType: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  readonly options: MethodOptions;
}

/** The options that declarations of every kind have. */
export interface Options {
  readonly deprecated: boolean;
  readonly features: FeatureSet | undefined;
  /** The options message as it came, custom options included; empty for none. */
  readonly bytes: Uint8Array;
}

export interface MessageOptions extends Options {
  /** It is the entry of a map field. */
  readonly mapEntry: boolean;
  readonly messageSet: boolean;
}

export interface FieldOptions extends Options {
  readonly packed: boolean | undefined;
  /** FieldOptions.JSType by number; 0 is JS_NORMAL. */
  readonly jstype: number;
}

export interface MethodOptions extends Options {
  /** MethodOptions.IdempotencyLevel by number. */
  readonly idempotency: number;
}

/** google.protobuf.FeatureSet, by enum number; 0 is inherited. */
export interface FeatureSet {
  readonly fieldPresence: number;
  readonly enumType: number;
  readonly repeatedFieldEncoding: number;
  readonly utf8Validation: number;
  readonly messageEncoding: number;
}
