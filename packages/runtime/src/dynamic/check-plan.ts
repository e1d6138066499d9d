import type { CelRule, ElementCheck, FieldCheck, FieldSchema, MessageSchema } from '@pipit/schema';
import type { MessageCheck, RuleCall, ValueCheck } from '@pipit/schema';
import * as rules from '../validate/index.ts';
import { bytesPattern, matches, pattern } from '../validate/pattern.ts';
import type { Check, Violations } from '../validate/violations.ts';
import type { DynamicCel, Part } from './check-cel.ts';
import { fieldReader } from './field-reader.ts';
import type { DynamicMessage } from './message.ts';

/** The checks of other messages, and of rules in CEL, for the check of one. */
export interface CheckSource {
  /** Of a message that is held by another. */
  rulesOf(message: MessageSchema): Check<DynamicMessage>;
  /** Undefined where no message has rules in CEL, and where those are left out. */
  readonly cel: DynamicCel | undefined;
}

/** @param at the field; empty for what the check is at already */
type Step = (v: Violations, at: string, value: unknown) => void;
type Rule = (v: Violations, at: string, value: unknown, ...args: readonly unknown[]) => void;

/** The functions that generated checks call, by name. */
const functions = { ...rules, pattern, bytesPattern } as unknown as Readonly<Record<string, Rule>>;

/**
 * The check of a message: what a generated one does, rule by rule.
 * @throws {Error} for a rule that cannot be applied, naming its field
 */
export function messagePlan(
  message: MessageSchema,
  { fields, cel, oneofs, required }: MessageCheck,
  source: CheckSource,
): Check<DynamicMessage> {
  const steps = fields.map((field) => fieldStep(message, field, source));
  if (cel.length > 0 && source.cel !== undefined) {
    const run = source.cel.ofMessage(message, cel);
    steps.push((v, m) => run(v, '', m));
  }
  for (const { fields: alternatives, required: isRequired } of oneofs) {
    const names = alternatives.map(({ name }) => name);
    const readers = alternatives.map((field) => fieldReader(message, field));
    steps.push((v, m) => rules.oneOf(v, names, isRequired, ...readers.map(({ isSet }) => isSet(m))));
  }
  for (const name of required) {
    const readers = message.fields
      .filter(({ oneof }) => oneof === name)
      .map((field) => fieldReader(message, field));
    steps.push((v, m) => rules.oneofRequired(v, name, readers.some(({ isSet }) => isSet(m)) || undefined));
  }
  return (v, m) => {
    for (const step of steps) step(v, m);
  };
}

function fieldStep(
  message: MessageSchema,
  { field, required, onlyIfSet, check }: FieldCheck,
  source: CheckSource,
): Check<DynamicMessage> {
  const { get, isSet } = fieldReader(message, field);
  const { name } = field;
  const step = check === undefined ? undefined : valueStep(nameOf(message, field), field, check, source);
  return (v, m) => {
    if ((required || onlyIfSet) && !isSet(m)) {
      if (required) rules.required(v, name);
      return;
    }
    step?.(v, name, get(m));
  };
}

function nameOf({ fullName }: MessageSchema, { name }: FieldSchema): string {
  return `${fullName}.${name}`;
}

/** @param name of the field, for errors: `user.v1.SignUp.name` */
function valueStep(
  name: string,
  field: FieldSchema,
  check: ValueCheck,
  source: CheckSource,
  part?: Part,
): Step {
  const steps: Step[] = [];
  const keyOf = keyReader(field);
  const addCel = (cel: readonly CelRule[]): void => {
    if (cel.length > 0 && source.cel !== undefined) {
      steps.push(source.cel.ofField(name, field, part, keyOf, cel));
    }
  };
  addCel(check.cel);
  if (check.message !== undefined) {
    const nested = source.rulesOf(check.message);
    steps.push((v, at, value) => rules.nested(v, at, value as DynamicMessage, nested));
  }
  const read = forms[check.form];
  for (const call of check.rules) {
    const run = functions[call.check]!;
    verify(name, call);
    steps.push((v, at, value) => run(v, at, read(value), ...call.args));
  }
  addCel(check.predefined);
  const inner = (at: Part, element: ElementCheck | undefined): Check<unknown> | undefined =>
    element === undefined ? undefined : elementCheck(name, field, at, element, source);
  const items = inner('item', check.items);
  if (items !== undefined) {
    steps.push((v, at, list) => rules.eachItem(v, at, list as readonly unknown[], items));
  }
  const [keys, values] = [inner('key', check.keys), inner('value', check.values)];
  if (keys !== undefined || values !== undefined) {
    steps.push((v, at, map) =>
      rules.eachEntry(v, at, map as Readonly<Record<string, unknown>>, keyOf, keys, values),
    );
  }
  return (v, at, value) => {
    for (const step of steps) step(v, at, value);
  };
}

function elementCheck(
  name: string,
  field: FieldSchema,
  part: Part,
  { except, check }: ElementCheck,
  source: CheckSource,
): Check<unknown> {
  const step = valueStep(name, field, check, source, part);
  return (v, value) => {
    if (except !== undefined && (value instanceof Uint8Array ? value.length === 0 : value === except)) return;
    step(v, '', value);
  };
}

function verify(name: string, { check, args }: RuleCall): void {
  if (check !== 'pattern' && check !== 'bytesPattern') return;
  try {
    matches('', String(args[0]));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `the rule pattern of ${name} cannot be applied: the pattern is not one of RE2's: ${why}`,
      {
        cause,
      },
    );
  }
}

/** How standard rules take the value. */
const forms: Readonly<Record<ValueCheck['form'], (value: unknown) => unknown>> = {
  value: (value) => value,
  wrapped: (value) => (value as { readonly value: unknown }).value,
  nanos: (value) => rules.nanosOf(value as Parameters<typeof rules.nanosOf>[0]),
  paths: (value) => (value as { readonly paths: unknown }).paths,
  type_url: (value) => (value as { readonly typeUrl: unknown }).typeUrl,
};

/** The function that makes a key of what it is in an object: a string. */
function keyReader({ key }: FieldSchema): (key: string) => string | number | bigint | boolean {
  const scalar = key?.scalar;
  if (scalar === undefined || scalar === 'string') return String;
  if (scalar === 'bool') return rules.isTrue;
  return scalar.endsWith('64') ? BigInt : Number;
}
