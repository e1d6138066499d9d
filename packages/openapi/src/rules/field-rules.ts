import {
  type FieldSchema,
  fieldRules,
  type MessageSchema,
  messageRules,
  type ValueRules,
  type ValueType,
} from '@pipit/schema';
import type { JsonSchema } from '../schema/json-schema.ts';
import { narrow, takes } from './narrow.ts';
import { valueKeywords } from './value-rules.ts';

/** The rules (`buf.validate`) of a message's fields, as keywords of JSON Schema. */
export class FieldConstraints {
  /** The fields of which the message's own rules allow one: unset ones keep no rules. */
  readonly #alternatives: ReadonlySet<string>;

  constructor(message: MessageSchema) {
    this.#alternatives = new Set(messageRules(message).oneofs.flatMap(({ fields }) => fields));
  }

  /** @returns undefined for a field without rules, or whose rules are not looked at */
  of(field: FieldSchema): FieldConstraint | undefined {
    const rules = fieldRules(field);
    if (rules === undefined) return undefined;
    const ignore = rules.ignore ?? (this.#alternatives.has(field.name) ? 'if_zero_value' : 'unspecified');
    return ignore === 'always' ? undefined : new FieldConstraint(field, rules, ignore === 'if_zero_value');
  }
}

/** The rules of one field. */
export class FieldConstraint {
  readonly #field: FieldSchema;
  readonly #rules: ValueRules;
  readonly #skipsZero: boolean;

  constructor(field: FieldSchema, rules: ValueRules, skipsZero: boolean) {
    this.#field = field;
    this.#rules = rules;
    this.#skipsZero = skipsZero;
  }

  /** True where a message without the field breaks a rule. */
  get isRequired(): boolean {
    const { shape, presence, value } = this.#field;
    if (this.#rules.required) return true;
    if (this.#skipsZero) return false;
    if (shape !== 'singular') return this.#count('min_items') > 0 || this.#count('min_pairs') > 0;
    return presence === 'implicit' && !takes(valueKeywords(value, this.#rules), zeroOf(value));
  }

  /** The field must be set, and null is not. */
  get refusesNull(): boolean {
    return this.#rules.required;
  }

  /** @param schema of a value that is no list or map */
  value(schema: JsonSchema): JsonSchema {
    const { presence, value } = this.#field;
    const keywords = valueKeywords(value, this.#rules);
    if (presence !== 'implicit') return narrow(schema, keywords);
    const zero = zeroOf(value);
    if (this.#rules.required && takes(keywords, zero)) {
      keywords.push(zero === '' ? { minLength: 1 } : { not: { const: zero } });
    }
    if (!this.#skipsZero || this.#rules.required || takes(keywords, zero)) return narrow(schema, keywords);
    return { anyOf: [{ const: zero }, narrow(schema, keywords)] };
  }

  /** @param items the schema of a value in the list */
  list(items: JsonSchema): JsonSchema {
    const { items: inner } = this.#rules;
    const isExact = this.#field.value.kind !== 'scalar' || !/float|double/.test(this.#field.value.scalar);
    // NaN differs from itself, but not in JSON.
    const unique = this.#rules.standard.get('unique') === true && isExact ? [{ uniqueItems: true }] : [];
    const sizes = [...this.#sizes('min_items', 'max_items', 'minItems', 'maxItems'), ...unique];
    return this.#container({ type: 'array', items: inside(items, this.#field.value, inner) }, sizes, {
      maxItems: 0,
    });
  }

  /** @param keys undefined where any text is one; @param values the schema of a value in the map */
  map(keys: JsonSchema | undefined, values: JsonSchema): JsonSchema {
    const { keys: ofKeys, values: ofValues } = this.#rules;
    const { key, value } = this.#field;
    const names = ofKeys === undefined ? undefined : keySchema(keys ?? {}, key!, ofKeys);
    const schema = {
      type: 'object',
      ...((names ?? keys) === undefined ? {} : { propertyNames: names ?? keys }),
      additionalProperties: inside(values, value, ofValues),
    };
    const sizes = this.#sizes('min_pairs', 'max_pairs', 'minProperties', 'maxProperties');
    return this.#container(schema, sizes, { maxProperties: 0 });
  }

  #container(schema: JsonSchema, sizes: readonly JsonSchema[], empty: JsonSchema): JsonSchema {
    const least = Math.max(this.#count('min_items'), this.#count('min_pairs'));
    const narrowed = narrow(schema, sizes);
    return this.#skipsZero && !this.#rules.required && least > 0
      ? { anyOf: [{ type: schema['type'], ...empty }, narrowed] }
      : narrowed;
  }

  #sizes(min: string, max: string, least: string, most: string): JsonSchema[] {
    const { required, standard } = this.#rules;
    const lower = Math.max(this.#count(min), required ? 1 : 0);
    return [
      ...(lower > 0 ? [{ [least]: lower }] : []),
      ...(standard.has(max) ? [{ [most]: this.#count(max) }] : []),
    ];
  }

  #count(rule: string): number {
    return Number(this.#rules.standard.get(rule) ?? 0);
  }
}

/** A value of a list or a map. */
function inside(schema: JsonSchema, value: ValueType, rules: ValueRules | undefined): JsonSchema {
  if (rules === undefined || rules.ignore === 'always') return schema;
  const keywords = valueKeywords(value, rules);
  const zero = zeroOf(value);
  return rules.ignore === 'if_zero_value' && value.kind !== 'message' && !takes(keywords, zero)
    ? { anyOf: [{ const: zero }, narrow(schema, keywords)] }
    : narrow(schema, keywords);
}

/** Keys are texts in JSON, whatever they are: bounds of numbers say nothing of them. */
function keySchema(schema: JsonSchema, key: ValueType, rules: ValueRules): JsonSchema {
  const texts = (keyword: JsonSchema): JsonSchema =>
    JSON.parse(JSON.stringify(keyword), (_, each: unknown) =>
      typeof each === 'number' || typeof each === 'boolean' ? String(each) : each,
    ) as JsonSchema;
  if (rules.kind === 'string') return inside(schema, key, rules);
  if (rules.ignore !== undefined && rules.ignore !== 'unspecified') return schema;
  const keywords = valueKeywords(key, rules).filter(
    (keyword) => 'const' in keyword || 'enum' in keyword || 'not' in keyword || 'pattern' in keyword,
  );
  return narrow(
    schema,
    keywords.map((keyword) => ('pattern' in keyword ? keyword : texts(keyword))),
  );
}

/** The value of a field that is not set, in JSON. */
function zeroOf(value: ValueType): string | number | boolean {
  if (value.kind === 'enum')
    return value.type.descriptor.values.find(({ number }) => number === 0)?.name ?? '';
  if (value.kind === 'message' || value.scalar === 'string' || value.scalar === 'bytes') return '';
  if (value.scalar === 'bool') return false;
  return value.scalar.includes('64') ? '0' : 0;
}
