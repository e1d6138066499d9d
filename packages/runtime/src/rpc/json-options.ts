import type { FromJsonOptions, ReadOptions, ToJsonOptions } from '../codec/options.ts';
import type { Registry } from '../codec/registry.ts';

/** The options of every door about what it reads, and about JSON. */
export interface RpcJsonOptions extends ReadOptions {
  /** Field names in JSON answers: `proto` for `user_name` (default), `camel` for `userName`. */
  readonly jsonNames?: 'proto' | 'camel';
  /** Write fields that hold their default value. Default true. */
  readonly emitDefaults?: boolean;
  /** Refuse unknown fields, duplicate keys and text after the value in JSON requests. Default false. */
  readonly strict?: boolean;
  /** The messages an Any may hold in JSON, and extensions. Default none. */
  readonly registry?: Registry;
}

/** How messages become JSON, and JSON messages. */
export interface JsonOptions {
  readonly fromJson: FromJsonOptions;
  readonly toJson: ToJsonOptions;
  readonly toEnvelopeJson: ToJsonOptions;
}

/** The codecs' options for the JSON of requests and responses. */
export function jsonOptions(options: RpcJsonOptions): JsonOptions {
  const { jsonNames = 'proto', emitDefaults = true, strict = false } = options;
  const registry = options.registry === undefined ? {} : { registry: options.registry };
  const limit = options.messageLimit === undefined ? {} : { messageLimit: options.messageLimit };
  const toJson = { jsonNames, emitDefaults, ...registry };
  return {
    fromJson: { strict, firstValueOnly: !strict, ...limit, ...registry },
    toJson,
    toEnvelopeJson: { ...toJson, envelope: true },
  };
}
