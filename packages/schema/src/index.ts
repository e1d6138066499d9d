/** Protobuf descriptors as a schema: what the generator, dynamic codecs, the command line and reflection ask. */
export type {
  Declaration,
  EnumSchema,
  EnumValueSchema,
  ExtensionSchema,
  FieldSchema,
  FileSchema,
  MessageSchema,
  MethodSchema,
  ScalarName,
  ScalarType,
  ServiceSchema,
  ValueType,
} from './declarations.ts';
export { defaultOf, unescapeBytes } from './default-value.ts';
export { DescriptorError } from './descriptor-error.ts';
export { enumShape, enumValueShape, fileShape, messageShape } from './descriptor-shapes.ts';
export type {
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
export { customOptions, descriptorSetOf, withoutPositions } from './file-bytes.ts';
export type { Features } from './features.ts';
export { isObjectMember, lowerCamel, propertyName } from './names.ts';
export {
  type Limits,
  readDescriptorSet,
  readFileDescriptor,
  readMessage,
  uploadLimits,
} from './read-descriptors.ts';
export { Checks } from './rules/checks.ts';
export type {
  CheckArgument,
  ElementCheck,
  FieldCheck,
  MessageCheck,
  RuleCall,
  ValueCheck,
} from './rules/message-check.ts';
export {
  type CelRule,
  fieldRules,
  isRequiredOneof,
  messageRules,
  type TypedValue,
  type ValueRules,
} from './rules/rules-of.ts';
export type { RuleKind } from './rules/rule-fields.ts';
export type { RuleValue } from './rules/rule-value.ts';
export { Schema, type SchemaOptions } from './schema.ts';
export { SourceInfo } from './source-info.ts';
export type { ReaderOptions, Shape, WireReader } from './wire-reader.ts';
export { wrappedScalars } from './wrappers.ts';
