import type { Registry } from './registry.ts';

/** What may be set when a message is decoded from binary protobuf. */
export interface DecodeOptions {
  /** Drop fields the schema does not know instead of keeping them for the next encode. Default false. */
  readonly discardUnknown?: boolean;
  /** Let bytes fields be views of the input instead of copies: it must not change any more. Default false. */
  readonly shareBytes?: boolean;
}

/** What may be set when a message is read from JSON. */
export interface FromJsonOptions {
  /**
   * Refuse unknown fields, names an enum does not have, and duplicate keys (wire.md, JSON). Default false: an unknown
   * field or name is ignored, so that a peer that learnt a new one breaks nobody, and the last duplicate wins.
   */
  readonly strict?: boolean;
  /** Read the first JSON value and ignore what follows it, as Twirp's Go server and client do. Default false: refused. */
  readonly firstValueOnly?: boolean;
  /** The messages an Any may hold, and extensions by name. Default none. */
  readonly registry?: Registry;
}

/** What may be set when a message is written as JSON. */
export interface ToJsonOptions {
  /** `proto` writes `user_name`, `camel` writes `userName` (or the field's `json_name`). Default `proto`. */
  readonly jsonNames?: 'proto' | 'camel';
  /** Write fields that hold their default value. Default true, as Twirp v7 does. */
  readonly emitDefaults?: boolean;
  /** Write an unset `data` as `{}`: the message is the top of a business envelope (wire.md, Envelope). */
  readonly envelope?: boolean;
  /** The messages an Any may hold, and extensions by name. Default none. */
  readonly registry?: Registry;
}
