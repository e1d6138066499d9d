/** What generated `.pb.ts` files import. Users meet MessageType and the errors through `@pipit/runtime`. */
export { BinaryReader, type Unknown } from './binary-reader.ts';
export { BinaryWriter } from './binary-writer.ts';
export { enumType, type EnumType } from './enum-type.ts';
export { DecodeError, EncodeError, FormError } from './errors.ts';
export { FormReader } from './form-reader.ts';
export type { Int64Like } from './int64.ts';
export { jsonFields, type JsonFields } from './json-fields.ts';
export { JsonReader } from './json-reader.ts';
export { JsonWriter } from './json-writer.ts';
export { copyMap, emptyMap } from './map.ts';
export {
  messageType,
  type DecodeOptions,
  type FromJsonOptions,
  type JsonValue,
  type MessageType,
  type ToJsonOptions,
} from './message-type.ts';
