import type { FieldSchema, MessageSchema } from '../declarations.ts';
import type { OneofDescriptor, Options } from '../descriptors.ts';
import { RawMessage } from './raw-message.ts';
import {
  alternatives,
  bounds,
  innerRules,
  ruleFields,
  type RuleKind,
  ruleKinds,
  type RuleType,
} from './rule-fields.ts';
import { ruleValue, type RuleValue } from './rule-value.ts';

/** An expression in CEL. */
export interface CelRule {
  readonly id: string;
  /** Replaces what the expression returns; empty for none. */
  readonly message: string;
  readonly expression: string;
  /** The place among the rules: `cel[0]`; empty for those of a message. */
  readonly path: string;
  /** The value that a predefined rule was given, and the standard rules beside it by name. */
  readonly rule?: TypedValue;
  readonly rules?: ReadonlyMap<string, TypedValue>;
}

/** A value of a rule with its type. */
export interface TypedValue {
  readonly type: RuleType;
  readonly value: RuleValue;
}

/** A rule that somebody declared as an extension of the rules of a kind (`buf.validate.predefined`). */
export interface PredefinedRule {
  readonly kind: RuleKind;
  /** The number of the extension. */
  readonly number: number;
  /** The rules it stands among. */
  readonly rules: RawMessage;
}

/** The rules of a field, or of what is in it: items of a list, keys and values of a map. */
export interface ValueRules {
  readonly required: boolean;
  /** Undefined where the proto does not say. */
  readonly ignore: 'unspecified' | 'if_zero_value' | 'always' | undefined;
  readonly cel: readonly CelRule[];
  /** The type that the standard rules are for; undefined where there are none. */
  readonly kind: RuleKind | undefined;
  /** Standard rules by their name in `buf.validate`: `min_len`. */
  readonly standard: ReadonlyMap<string, RuleValue>;
  readonly predefined: readonly PredefinedRule[];
  readonly items: ValueRules | undefined;
  readonly keys: ValueRules | undefined;
  readonly values: ValueRules | undefined;
}

/** Fields of which one at most may be set. */
export interface OneofRule {
  /** By proto name. */
  readonly fields: readonly string[];
  readonly required: boolean;
}

export interface MessageRules {
  readonly cel: readonly CelRule[];
  readonly oneofs: readonly OneofRule[];
}

/** The number of the extensions `buf.validate.field`, `.message` and `.oneof`. */
const extensionNumber = 1159;

// Field numbers of FieldRules, MessageRules, MessageOneofRule, OneofRules and Rule.
const field = { cel: 23, required: 25, ignore: 27, expression: 29 } as const;
const message = { cel: 3, oneof: 4, expression: 5 } as const;
const predefinedNumber = 1160;
const predefinedCel = 1;
const messageOneof = { fields: 1, required: 2 } as const;
const oneofRequired = 1;
const rule = { id: 1, message: 2, expression: 3 } as const;

const ignores: Readonly<Record<number, ValueRules['ignore']>> = {
  0: 'unspecified',
  1: 'if_zero_value',
  3: 'always',
};

/** The first extension of the rules of a kind: what has a smaller number is `buf.validate`'s own. */
const firstExtension = 1000;

/** The rules that options hold; undefined for none. */
function extensionOf({ bytes }: Options): RawMessage | undefined {
  return bytes.length === 0 ? undefined : new RawMessage(bytes).message(extensionNumber);
}

/**
 * The rules that a field's options declare (`(buf.validate.field)`), as plain data.
 * @returns undefined for a field without rules
 * @example
 * fieldRules(field)?.standard.get('max_len'); // 100n
 */
export function fieldRules({ descriptor }: FieldSchema): ValueRules | undefined {
  const rules = extensionOf(descriptor.options);
  return rules === undefined ? undefined : valueRules(rules);
}

/** The rules that a message's options declare (`(buf.validate.message)`). */
export function messageRules({ descriptor }: MessageSchema): MessageRules {
  const rules = extensionOf(descriptor.options);
  if (rules === undefined) return { cel: [], oneofs: [] };
  return {
    cel: [
      ...rules.strings(message.expression).map((text) => expressionRule(text, '')),
      ...rules.messages(message.cel).map((raw) => celRule(raw, '')),
    ],
    oneofs: rules.messages(message.oneof).map((raw) => ({
      fields: raw.strings(messageOneof.fields),
      required: raw.bool(messageOneof.required),
    })),
  };
}

/** True for a oneof of which one member must be set (`(buf.validate.oneof).required`). */
export function isRequiredOneof({ options }: OneofDescriptor): boolean {
  return extensionOf(options)?.bool(oneofRequired) === true;
}

function valueRules(raw: RawMessage): ValueRules {
  const number = raw.numbers.findLast((candidate) => candidate in ruleKinds);
  const kind = number === undefined ? undefined : ruleKinds[number]!;
  const typed = number === undefined ? undefined : raw.message(number);
  const inner = (at: number): ValueRules | undefined => {
    const rules = typed?.message(at);
    return rules === undefined ? undefined : valueRules(rules);
  };
  return {
    required: raw.bool(field.required),
    ignore: raw.has(field.ignore) ? ignores[raw.int(field.ignore)] : undefined,
    cel: [
      ...raw.messages(field.cel).map((cel, i) => celRule(cel, `cel[${i}]`)),
      ...raw.strings(field.expression).map((text, i) => expressionRule(text, `cel_expression[${i}]`)),
    ],
    kind,
    standard: kind === undefined ? new Map() : standardRules(typed!, kind),
    predefined:
      kind === undefined
        ? []
        : typed!.numbers
            .filter((at) => at >= firstExtension)
            .map((at) => ({ kind, number: at, rules: typed! })),
    items: kind === 'repeated' ? inner(innerRules.items) : undefined,
    keys: kind === 'map' ? inner(innerRules.keys) : undefined,
    values: kind === 'map' ? inner(innerRules.values) : undefined,
  };
}

function standardRules(raw: RawMessage, kind: RuleKind): Map<string, RuleValue> {
  const rules = new Map<string, RuleValue>();
  for (const number of raw.numbers) {
    const declared = ruleFields[kind][number];
    if (declared === undefined) continue;
    for (const group of [
      bounds.lower,
      bounds.upper,
      ...(alternatives[kind] ?? []),
    ] as readonly (readonly string[])[]) {
      if (group.includes(declared.name)) for (const other of group) rules.delete(other);
    }
    rules.set(declared.name, ruleValue(raw, number, declared));
  }
  return rules;
}

/** The expressions of a predefined rule, from the options of the extension that declares it. */
export function predefinedCelRules({ descriptor }: FieldSchema, path: string): CelRule[] {
  const { bytes } = descriptor.options;
  const rules = bytes.length === 0 ? undefined : new RawMessage(bytes).message(predefinedNumber);
  return rules === undefined ? [] : rules.messages(predefinedCel).map((raw) => celRule(raw, path));
}

function celRule(raw: RawMessage, path: string): CelRule {
  return {
    id: raw.string(rule.id),
    message: raw.string(rule.message),
    expression: raw.string(rule.expression),
    path,
  };
}

function expressionRule(expression: string, path: string): CelRule {
  return { id: expression, message: '', expression, path };
}
