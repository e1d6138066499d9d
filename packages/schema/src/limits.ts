/** What a descriptor set may ask of whoever reads it. */
export interface Limits {
  /** Bytes of a set. */
  readonly bytes: number;
  /** Messages, fields, oneofs, enums, values, services, methods and files together. */
  readonly declarations: number;
  /** Characters of a full name. */
  readonly name: number;
  /** Fields of one message. */
  readonly fields: number;
  /** Values of one enum. */
  readonly enumValues: number;
}

/** The limits for sets that come from strangers. */
export const uploadLimits: Limits = {
  bytes: 4 * 1024 * 1024,
  // Each takes some hundred bytes of memory, and may take two bytes of a set.
  declarations: 100_000,
  // protoc takes longer ones, but nobody writes them; a nested name holds all those around it.
  name: 1_000,
  // A message is looked through whole each time it is written.
  fields: 5_000,
  enumValues: 10_000,
};
