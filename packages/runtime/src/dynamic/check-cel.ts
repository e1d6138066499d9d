import type { CelRule, FieldSchema, MessageSchema, TypedValue, ValueType } from '@pipit/schema';
import type * as celModule from '../validate/cel.ts';
import type { Violations } from '../validate/violations.ts';
import type { DynamicTypes } from './types.ts';

type Cel = typeof celModule;
type ToCel = ReturnType<Cel['celScalar']>;
type CelInput = ReturnType<ToCel>;

/** A part of a field that has rules of its own. */
export type Part = 'item' | 'key' | 'value';

/** The rules in CEL of messages whose schema is only known at run time. */
export class DynamicCel {
  readonly #cel: Cel;
  readonly #types: DynamicTypes;
  readonly #celTypes: ReturnType<Cel['celTypesOfSet']>;

  constructor(cel: Cel, types: DynamicTypes, descriptorSet: Uint8Array) {
    this.#cel = cel;
    this.#types = types;
    this.#celTypes = cel.celTypesOfSet(descriptorSet);
  }

  /** @throws {Error} for an expression that does not compile, naming the rule and the message */
  ofMessage(
    { fullName }: MessageSchema,
    rules: readonly CelRule[],
  ): (v: Violations, at: string, message: unknown) => void {
    return this.#rules(fullName, this.#message(fullName), rules);
  }

  /** @throws {Error} for an expression that does not compile, naming the rule and the field */
  ofField(
    name: string,
    field: FieldSchema,
    part: Part | undefined,
    keyOf: (key: string) => unknown,
    rules: readonly CelRule[],
  ): (v: Violations, at: string, value: unknown) => void {
    return this.#rules(name, this.#field(field, part, keyOf), rules);
  }

  #rules(
    name: string,
    toCel: ToCel,
    rules: readonly CelRule[],
  ): (v: Violations, at: string, value: unknown) => void {
    const planned = rules.map(({ rule, rules: standard, ...rest }) => ({
      ...rest,
      ...(rule !== undefined && { rule: this.#literal(rule) }),
      ...(standard !== undefined && {
        rules: Object.fromEntries([...standard].map(([key, value]) => [key, this.#literal(value)])),
      }),
    }));
    return this.#cel.celRules(name, toCel as (value: unknown) => CelInput, planned, this.#celTypes);
  }

  /** The value of a rule. */
  #literal({ type, value }: TypedValue): CelInput {
    const one = (
      type === 'duration' || type === 'timestamp' ? this.#cel.celTime(type) : this.#cel.celScalar(type)
    ) as (value: unknown) => CelInput;
    return Array.isArray(value) ? this.#cel.celItems(one)(value) : one(value);
  }

  #field(field: FieldSchema, part: Part | undefined, keyOf: (key: string) => unknown): ToCel {
    const { shape } = field;
    if (part === 'key') return this.#value(field.key!);
    const value = this.#value(field.value);
    if (part !== undefined || shape === 'singular') return value;
    const { celItems, celEntries } = this.#cel;
    if (shape === 'repeated') return celItems(value) as unknown as ToCel;
    return celEntries(keyOf as (key: string) => string, this.#value(field.key!), value) as unknown as ToCel;
  }

  #value(type: ValueType): ToCel {
    if (type.kind === 'message') return this.#message(type.type.fullName);
    return this.#cel.celScalar(type.kind === 'enum' ? 'enum' : type.scalar);
  }

  #message(fullName: string): ToCel {
    return this.#cel.celMessage(this.#celTypes, this.#types.message(fullName)!);
  }
}
