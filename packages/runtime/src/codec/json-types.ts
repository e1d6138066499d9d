import type { JsonValue } from './message-type.ts';

/** A float or double in ProtoJSON. */
export type JsonFloat = number | 'NaN' | 'Infinity' | '-Infinity';

/** A google.protobuf.Any in ProtoJSON: the fields of the message it holds, or its `value`, beside its type URL. */
export interface JsonAny {
  '@type'?: string;
  [key: string]: JsonValue | undefined;
}
