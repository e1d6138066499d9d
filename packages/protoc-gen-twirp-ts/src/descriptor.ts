/** The parts of descriptor.proto and plugin.proto that the plugin reads, as plain data; what is unset is undefined. */

export interface CodeGeneratorRequest {
  readonly fileToGenerate?: readonly string[];
  readonly parameter?: string;
  readonly protoFile?: readonly FileDescriptor[];
}

export interface FileDescriptor {
  readonly name: string;
  readonly package?: string;
  readonly dependency?: readonly string[];
  readonly messageType?: readonly MessageDescriptor[];
  readonly enumType?: readonly EnumDescriptor[];
  readonly service?: readonly ServiceDescriptor[];
  readonly extension?: readonly FieldDescriptor[];
  readonly options?: Options;
  readonly sourceCodeInfo?: { readonly location?: readonly Location[] };
  /** `proto2`, `proto3` or `editions`; unset is proto2. */
  readonly syntax?: string;
  readonly edition?: number;
}

export interface Location {
  readonly path?: readonly number[];
  /** Line, column, [end line,] end column, from zero. */
  readonly span?: readonly number[];
  readonly leadingComments?: string;
  readonly trailingComments?: string;
}

export interface MessageDescriptor {
  readonly name: string;
  readonly field?: readonly FieldDescriptor[];
  readonly nestedType?: readonly MessageDescriptor[];
  readonly enumType?: readonly EnumDescriptor[];
  readonly extension?: readonly FieldDescriptor[];
  readonly extensionRange?: readonly unknown[];
  readonly oneofDecl?: readonly { readonly name: string }[];
  readonly options?: Options & { readonly mapEntry?: boolean };
}

export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label?: number;
  readonly type: number;
  readonly typeName?: string;
  readonly extendee?: string;
  readonly defaultValue?: string;
  readonly oneofIndex?: number;
  readonly jsonName?: string;
  readonly proto3Optional?: boolean;
  readonly options?: Options & { readonly packed?: boolean; readonly jstype?: number };
}

export interface EnumDescriptor {
  readonly name: string;
  readonly value?: readonly { readonly name: string; readonly number?: number; readonly options?: Options }[];
  readonly options?: Options;
}

export interface ServiceDescriptor {
  readonly name: string;
  readonly method?: readonly MethodDescriptor[];
  readonly options?: Options;
}

export interface MethodDescriptor {
  readonly name: string;
  readonly inputType: string;
  readonly outputType: string;
  readonly clientStreaming?: boolean;
  readonly serverStreaming?: boolean;
  readonly options?: Options & { readonly idempotencyLevel?: number };
}

export interface Options {
  readonly deprecated?: boolean;
  readonly features?: FeatureSet;
}

/** google.protobuf.FeatureSet, by enum number; 0 or unset is inherited. */
export interface FeatureSet {
  readonly fieldPresence?: number;
  readonly enumType?: number;
  readonly repeatedFieldEncoding?: number;
  readonly utf8Validation?: number;
  readonly messageEncoding?: number;
}
