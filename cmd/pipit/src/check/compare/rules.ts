import {
  fieldRules,
  type FieldSchema,
  isRequiredOneof,
  messageRules,
  type MessageSchema,
  type RuleValue,
  type ValueRules,
} from '@pipit/schema';
import { breaksWriters, type Route } from './breaks.ts';
import type { FieldPair } from './fields.ts';
import type { Findings } from './finding.ts';
import { compare, isList, refusesUnset, show } from './unset-rules.ts';

/** The rules of a field that is not checked at all. */
const noRules: ValueRules = {
  required: false,
  ignore: undefined,
  cel: [],
  kind: undefined,
  standard: new Map(),
  predefined: [],
  items: undefined,
  keys: undefined,
  values: undefined,
};

/**
 * Compares the rules of `buf.validate` of a message in requests: what is refused now and was not breaks those who send
 * it. Rules that are gone or wider break nobody.
 */
export function compareRules(
  old: MessageSchema,
  now: MessageSchema,
  pairs: readonly FieldPair[],
  route: Route,
  findings: Findings,
): void {
  if (route.to === 'client') return;
  const breaks = breaksWriters(route);
  const add = (subject: string, at: FieldSchema | MessageSchema, tightened: readonly string[]): void => {
    if (tightened.length === 0) return;
    findings.add({
      change: 'rules_tightened',
      subject,
      what: `is held to ${tightened.join(', ')}`,
      at: at.file.source.at(at.path),
      inOld: false,
      breaks,
      instead:
        'let the rule hold for a new field or method, or log who would break it before you refuse them',
    });
  };
  for (const pair of pairs) {
    const was = fieldRules(pair.old) ?? noRules;
    add(`${old.fullName}.${pair.old.name}`, pair.now, tighter(was, fieldRules(pair.now) ?? noRules));
  }
  const known = new Set(pairs.map((pair) => pair.now));
  for (const field of now.fields) {
    if (known.has(field)) continue;
    add(`${old.fullName}.${field.name}`, field, refusesUnset(field));
  }
  add(old.fullName, now, tighterMessage(old, now));
}

/** The rules of the newer version that the older one does not imply, as they are written in a proto. */
function tighter(old: ValueRules, now: ValueRules): string[] {
  if (now.ignore === 'always') return [];
  const wasIgnored = old.ignore === 'always';
  const before = wasIgnored ? noRules : old;
  const found: string[] = [];
  if (now.required && !before.required) found.push('required');
  for (const [name, value] of now.standard) {
    if (isTighter(name, value, before.standard)) found.push(`${name} = ${show(value)}`);
  }
  const known = new Set(before.cel.map(({ expression }) => expression));
  for (const { expression, id } of now.cel) if (!known.has(expression)) found.push(`cel ${id || expression}`);
  const numbers = new Map(before.predefined.map(({ number, rules }) => [number, show(rules.all(number))]));
  for (const { number, rules } of now.predefined) {
    if (numbers.get(number) !== show(rules.all(number))) found.push(`the predefined rule ${number}`);
  }
  for (const part of ['items', 'keys', 'values'] as const) {
    const inner = now[part];
    if (inner !== undefined)
      found.push(...tighter(before[part] ?? noRules, inner).map((rule) => `${part}.${rule}`));
  }
  // Zero was let through whatever the rules were.
  if (
    found.length === 0 &&
    before.ignore === 'if_zero_value' &&
    now.ignore !== 'if_zero_value' &&
    hasRules(now)
  )
    found.push('its rules where it is zero');
  return found;
}

function hasRules({ standard, cel, predefined }: ValueRules): boolean {
  return standard.size + cel.length + predefined.length > 0;
}

type Rules = ReadonlyMap<string, RuleValue>;

const lower: Readonly<Record<string, readonly string[]>> = {
  gt: ['gt'],
  gte: ['gte', 'gt'],
  min_len: ['min_len', 'len'],
  min_bytes: ['min_bytes', 'len_bytes'],
  min_items: ['min_items'],
  min_pairs: ['min_pairs'],
};
const upper: Readonly<Record<string, readonly string[]>> = {
  lt: ['lt'],
  lte: ['lte', 'lt'],
  max_len: ['max_len', 'len'],
  max_bytes: ['max_bytes', 'len_bytes'],
  max_items: ['max_items'],
  max_pairs: ['max_pairs'],
  within: ['within'],
};

function isTighter(name: string, value: RuleValue, old: Rules): boolean {
  if (old.has(name) && show(old.get(name)!) === show(value)) return false;
  // What no value breaks.
  if (value === false || (name.startsWith('min_') && value === 0n)) return false;
  if (name in lower) {
    return !lower[name]!.some((other) => old.has(other) && compare(old.get(other)!, value) >= 0);
  }
  if (name in upper) {
    return !upper[name]!.some((other) => old.has(other) && compare(old.get(other)!, value) <= 0);
  }
  const before = old.get(name);
  if (name === 'in') return !(isList(before) && isList(value) && includesAll(value, before));
  if (name === 'not_in') return !(isList(before) && isList(value) && includesAll(before, value));
  return true;
}

function includesAll(all: readonly RuleValue[], some: readonly RuleValue[]): boolean {
  const shown = new Set(all.map(show));
  return some.every((value) => shown.has(show(value)));
}

function tighterMessage(old: MessageSchema, now: MessageSchema): string[] {
  const [was, is] = [messageRules(old), messageRules(now)];
  const cel = new Set(was.cel.map(({ expression }) => expression));
  const oneofs = was.oneofs.map((rule) => ({ ...rule, fields: new Set(rule.fields) }));
  const required = new Set(old.descriptor.oneofs.filter(isRequiredOneof).map(({ name }) => name));
  return [
    ...is.cel
      .filter(({ expression }) => !cel.has(expression))
      .map(({ id, expression }) => `cel ${id || expression}`),
    ...is.oneofs
      .filter(
        (rule) =>
          !oneofs.some(
            (other) =>
              rule.fields.every((name) => other.fields.has(name)) &&
              (!rule.required || (other.required && other.fields.size === rule.fields.length)),
          ),
      )
      .map(({ fields, required: must }) => `one ${must ? '' : 'at most '}of ${fields.join(', ')}`),
    ...now.descriptor.oneofs
      .filter((oneof) => isRequiredOneof(oneof) && !required.has(oneof.name))
      .map(({ name }) => `required oneof ${name}`),
  ];
}
