/** The parts of descriptor.proto and plugin.proto that the plugin reads, as plain data. */

export interface CodeGeneratorRequest {
  readonly fileToGenerate: readonly string[];
  readonly parameter: string;
  readonly protoFile: readonly FileDescriptor[];
}

export interface FileDescriptor {
  readonly name: string;
  /** Empty for none. */
  readonly package: string;
  readonly messageType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly service: readonly ServiceDescriptor[];
  readonly extension: readonly FieldDescriptor[];
  readonly options: Options;
  /** A google.protobuf.SourceCodeInfo, unread: most of a request, of which little is needed. */
  readonly sourceCodeInfo: Uint8Array;
  /** `proto3` or `editions`; proto2 is `proto2` or empty. */
  readonly syntax: string;
}

export interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nestedType: readonly MessageDescriptor[];
  readonly enumType: readonly EnumDescriptor[];
  readonly extension: readonly FieldDescriptor[];
  readonly extensionRange: readonly unknown[];
  readonly oneofDecl: readonly { readonly name: string }[];
  readonly options: MessageOptions;
}

export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: number;
  readonly type: number;
  /** The message or enum, with a leading dot; empty for scalars. */
  readonly typeName: string;
  /** The message an extension extends; empty for other fields. */
  readonly extendee: string;
  readonly defaultValue: string | undefined;
  readonly oneofIndex: number | undefined;
  readonly jsonName: string | undefined;
  readonly proto3Optional: boolean;
  readonly options: FieldOptions;
}

export interface EnumDescriptor {
  readonly name: string;
  readonly value: readonly EnumValueDescriptor[];
  readonly options: Options;
}

export interface EnumValueDescriptor {
  readonly name: string;
  readonly number: number;
  readonly options: Options;
}

export interface ServiceDescriptor {
  readonly name: string;
  readonly method: readonly MethodDescriptor[];
  readonly options: Options;
}

export interface MethodDescriptor {
  readonly name: string;
  readonly inputType: string;
  readonly outputType: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  readonly options: MethodOptions;
}

export interface Options {
  readonly deprecated: boolean;
  readonly features: FeatureSet | undefined;
}

export interface MessageOptions extends Options {
  readonly mapEntry: boolean;
  readonly messageSetWireFormat: boolean;
}

export interface FieldOptions extends Options {
  readonly packed: boolean | undefined;
  /** FieldOptions.JSType by number; 0 is JS_NORMAL. */
  readonly jstype: number;
}

export interface MethodOptions extends Options {
  /** MethodOptions.IdempotencyLevel by number. */
  readonly idempotencyLevel: number;
}

/** google.protobuf.FeatureSet, by enum number; 0 is inherited. */
export interface FeatureSet {
  readonly fieldPresence: number;
  readonly enumType: number;
  readonly repeatedFieldEncoding: number;
  readonly utf8Validation: number;
  readonly messageEncoding: number;
}
