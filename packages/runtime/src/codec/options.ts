import type { Unknown } from './unknown.ts';

/** The options of reading a message in any format. */
export interface ReadOptions {
  /**
   * Messages, map entries and elements of lists of bytes that the input may hold in all: each takes far more memory
   * than the two bytes it is sent in. Default 262,144; `Infinity` for none.
   */
  readonly messageLimit?: number;
}

/** The options of decoding a message from binary protobuf. */
export interface DecodeOptions extends ReadOptions {
  /** Drop fields the schema does not know instead of keeping them for the next encode. Default false. */
  readonly discardUnknown?: boolean;
  /** Let bytes fields be views of the input instead of copies: it must not change any more. Default false. */
  readonly shareBytes?: boolean;
}

/** The options of reading a message from JSON. */
export interface FromJsonOptions extends ReadOptions {
  /**
   * Refuse unknown fields, names an enum does not have, and duplicate keys (wire.md, JSON). Default false: an unknown
   * field or name is ignored, so that a peer that learnt a new one breaks nobody, and the last duplicate wins.
   */
  readonly strict?: boolean;
  /** Read the first JSON value and ignore what follows it, as Twirp's Go server and client do. Default false: refused. */
  readonly firstValueOnly?: boolean;
  /** The messages an Any may hold, and extensions by name. Default none. */
  readonly registry?: TypeRegistry;
}

/** The options of writing a message as JSON. */
export interface ToJsonOptions {
  /** `proto` writes `user_name`, `camel` writes `userName` (or the field's `json_name`). Default `proto`. */
  readonly jsonNames?: 'proto' | 'camel';
  /** Write fields that hold their default value. Default true, as Twirp v7 does. */
  readonly emitDefaults?: boolean;
  /** Write an unset `data` as `{}`: the message is the top of a business envelope (wire.md, Envelope). */
  readonly envelope?: boolean;
  /** The messages an Any may hold, and extensions by name. Default none. */
  readonly registry?: TypeRegistry;
}

/**
 * A registry as readers and writers of JSON know it; `createRegistry` makes one. Types and writers are opaque here,
 * because theirs are made of these options.
 */
export interface TypeRegistry {
  /** A message type by its full proto name. */
  message(typeName: string): unknown;
  /** An extension by its JSON key, `[pkg.name]`. */
  extension(key: string, extendee: string): unknown;
  /** @param r a JsonReader */
  readExtension(key: string, message: Unknown, r: unknown): void;
  /** @param w a JsonWriter */
  writeExtensions(extendee: string, message: Unknown, w: unknown): void;
}
