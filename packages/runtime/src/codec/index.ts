/** The imports of generated `.pb.ts` files. Users meet MessageType and the errors through `@pipit/runtime`. */
export { BinaryReader } from './binary-reader.ts';
export { BinaryWriter } from './binary-writer.ts';
export { enumName, enumNumber, takeEnum, writeEnumField } from './enum-text.ts';
export { enumType, type EnumType } from './enum-type.ts';
export { DecodeError, EncodeError, FormError, MessageLimitError } from './errors.ts';
export { FormReader } from './form-reader.ts';
export type { Int64Like } from './int64.ts';
export { extendableJsonFields, jsonFields, type JsonFields } from './json-fields.ts';
export { jsonKey, type JsonKey } from './json-key.ts';
export type { JsonAny, JsonFloat } from './json-types.ts';
export { JsonReader } from './json-reader.ts';
export { JsonWriter } from './json-writer.ts';
export { emptyMap, setEntry } from './map.ts';
export { messageType } from './generated-type.ts';
export type { JsonValue, MessageCodec, MessageType } from './message-type.ts';
export type { DecodeOptions, FromJsonOptions, ReadOptions, ToJsonOptions } from './options.ts';
export {
  clearExtension,
  extension,
  type Extension,
  type ExtensionsOf,
  getExtension,
  hasExtension,
  setExtension,
} from './extension.ts';
export { createRegistry, Registry } from './registry.ts';
export type { Unknown } from './unknown.ts';
export type { UseInstead } from './use-instead.ts';
export * as valid from './valid.ts';
export type { $needs_pipit_runtime_0_1__npm_install_pipit_runtime_0_1__or_generate_again } from './generated-version.ts';
