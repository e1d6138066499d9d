import type { RuleKind, RuleValue, ValueRules, ValueType } from '@pipit/schema';
import type { JsonSchema } from '../schema/json-schema.ts';
import { boundKeywords, numberJson } from './number-rules.ts';
import { stringKeywords } from './string-rules.ts';

/**
 * The words of JSON Schema for the standard rules of a value that is no list or map, or is wrapped. All that the rules take
 * is what the keywords take, in canonical JSON; the other way round only where JSON Schema has words for a rule.
 */
export function valueKeywords(value: ValueType, { kind, standard }: ValueRules): JsonSchema[] {
  switch (kind) {
    case undefined:
    case 'repeated':
    case 'map':
    case 'field_mask':
      return [];
    case 'any':
      return choices(standard, (url) => [url as string]).map((choice) => ({
        properties: { '@type': choice },
      }));
    case 'string':
      return [...choices(standard, plain), ...stringKeywords(standard)];
    case 'bytes':
      return [...choices(standard, plain), ...bytesKeywords(standard)];
    case 'enum':
      return value.kind === 'enum' ? enumKeywords(value.type, standard) : [];
    case 'duration':
    case 'timestamp':
      return choices(standard, (nanos) => [timeJson(nanos as bigint, kind)]);
    default:
      return [...choices(standard, (number) => scalarJson(number, kind)), ...boundKeywords(kind, standard)];
  }
}

/** `const`, `in` and `not_in`. @param json what a value is in JSON: an alias of an enum has several names */
function choices(
  rules: ValueRules['standard'],
  json: (value: RuleValue) => readonly (string | number | boolean)[],
): JsonSchema[] {
  const list = (name: string): (string | number | boolean)[] =>
    ((rules.get(name) ?? []) as readonly RuleValue[]).flatMap(json);
  const constant = rules.get('const');
  const outside = list('not_in');
  return [
    ...(constant === undefined ? [] : [oneOf(json(constant))]),
    ...(rules.has('in') ? [oneOf(list('in'))] : []),
    ...(outside.length > 0 ? [{ not: { enum: [...new Set(outside)] } }] : []),
  ];
}

/** None is left where a constant is NaN, or a number that an enum does not name. */
function oneOf(values: readonly (string | number | boolean)[]): JsonSchema {
  const [first, ...others] = new Set(values);
  if (first === undefined) return { not: {} };
  return others.length === 0 ? { const: first } : { enum: [first, ...others] };
}

function plain(value: RuleValue): string[] {
  return [typeof value === 'string' ? value : base64(value as Uint8Array)];
}

/** NaN equals nothing, itself included. */
function scalarJson(value: RuleValue, kind: RuleKind): (string | number | boolean)[] {
  if (typeof value === 'bigint') return [String(value)];
  if (typeof value !== 'number') return [value as boolean];
  return Number.isNaN(value) ? [] : [numberJson(value, kind)];
}

function enumKeywords(
  type: Extract<ValueType, { kind: 'enum' }>['type'],
  rules: ValueRules['standard'],
): JsonSchema[] {
  if (type.fullName === 'google.protobuf.NullValue') return [];
  return choices(rules, (number) =>
    type.descriptor.values.filter((each) => each.number === number).map(({ name }) => name),
  );
}

/** Base64 has four characters for each three bytes, or fewer of the last. */
function bytesKeywords(rules: ValueRules['standard']): JsonSchema[] {
  const characters = (name: string): number | undefined => {
    const length = rules.get(name);
    return typeof length === 'bigint' ? 4 * Math.ceil(Number(length) / 3) : undefined;
  };
  const exact = characters('len');
  const least = characters('min_len') ?? exact;
  const most = characters('max_len');
  const sizes = Object.entries(bytesFormats).find(([name]) => rules.get(name) === true)?.[1];
  return [
    ...(exact === undefined ? [] : [{ minLength: exact, maxLength: exact }]),
    ...(least === undefined ? [] : [{ minLength: least }]),
    ...(most === undefined ? [] : [{ maxLength: most }]),
    ...(sizes === undefined ? [] : [sizes]),
  ];
}

const bytesFormats: Readonly<Record<string, JsonSchema>> = {
  ip: { minLength: 8, maxLength: 24 },
  ipv4: { minLength: 8, maxLength: 8 },
  ipv6: { minLength: 24, maxLength: 24 },
  uuid: { minLength: 24, maxLength: 24 },
};

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

const nanosPerSecond = 1_000_000_000n;

/** As servers write it, with no, three, six or nine digits of a second's fraction. */
function timeJson(nanos: bigint, kind: 'duration' | 'timestamp'): string {
  if (kind === 'duration') {
    const size = nanos < 0n ? -nanos : nanos;
    return `${nanos < 0n ? '-' : ''}${size / nanosPerSecond}${fraction(size % nanosPerSecond)}s`;
  }
  const rest = ((nanos % nanosPerSecond) + nanosPerSecond) % nanosPerSecond;
  const date = new Date(Number((nanos - rest) / 1_000_000n));
  return `${date.toISOString().slice(0, 19)}${fraction(rest)}Z`;
}

function fraction(nanos: bigint): string {
  if (nanos === 0n) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/^(\d{3}|\d{6})0+$/, '$1')}`;
}
