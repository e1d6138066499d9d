import type { FieldSchema, MessageSchema } from '../declarations.ts';
import type { CelRule, OneofRule } from './rules-of.ts';

/** A value as the function that checks it takes it. */
export type CheckArgument = string | number | bigint | boolean | readonly (string | number | bigint)[];

/** One standard rule: a function of the runtime's `validate/` and what it takes after the value. */
export interface RuleCall {
  /** `minLen` */
  readonly check: string;
  readonly args: readonly CheckArgument[];
}

/** The checks of one value, in their order. */
export interface ValueCheck {
  readonly cel: readonly CelRule[];
  /** The value's own type, where that has rules too; they come before the field's own. */
  readonly message: MessageSchema | undefined;
  /** The form in which the standard rules take the value. */
  readonly form: 'value' | 'wrapped' | 'nanos' | 'paths' | 'type_url';
  readonly rules: readonly RuleCall[];
  /** They come after the standard rules. */
  readonly predefined: readonly CelRule[];
  readonly items: ElementCheck | undefined;
  readonly keys: ElementCheck | undefined;
  readonly values: ElementCheck | undefined;
}

export interface ElementCheck {
  /** The value that is not checked; undefined where all are. */
  readonly except: CheckArgument | undefined;
  readonly check: ValueCheck;
}

export interface FieldCheck {
  readonly field: FieldSchema;
  readonly required: boolean;
  /** True where a field that is not set is not checked. */
  readonly onlyIfSet: boolean;
  /** Undefined where the field only has to be there. */
  readonly check: ValueCheck | undefined;
}

/** The checks of a message, in the order in which protovalidate reports violations. */
export interface MessageCheck {
  readonly fields: readonly FieldCheck[];
  readonly cel: readonly CelRule[];
  readonly oneofs: readonly (Omit<OneofRule, 'fields'> & { readonly fields: readonly FieldSchema[] })[];
  /** The proto names of the oneofs of which one member must be set. */
  readonly required: readonly string[];
}
