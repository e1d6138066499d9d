import { fieldRules, type FieldSchema, type RuleValue } from '@pipit/schema';

/** The rules of a field that a message without it breaks: those who do not know the field leave it out. */
export function refusesUnset(field: FieldSchema): string[] {
  const rules = fieldRules(field);
  if (rules === undefined || rules.ignore === 'always') return [];
  if (rules.required) return ['required'];
  if (rules.ignore === 'if_zero_value') return [];
  if (field.shape === 'singular' && field.presence !== 'implicit') return [];
  const broken = [...rules.standard].filter(([name, value]) => refusesZero(field, name, value));
  return [
    ...broken.map(([name, value]) => `${name} = ${show(value)}`),
    ...rules.cel.map(({ id, expression }) => `cel ${id || expression}`),
  ];
}

/** Names of rules that an empty text passes, beside those of lengths. */
const passedByEmpty = new Set(['uri_ref', 'not_contains', 'strict', 'unique', 'finite', 'defined_only']);

function refusesZero({ value: type, shape }: FieldSchema, name: string, value: RuleValue): boolean {
  if (shape !== 'singular') return name.startsWith('min_') && value !== 0n;
  if (passedByEmpty.has(name) || name.startsWith('max_') || value === false) return false;
  if (name.startsWith('min_') || name.startsWith('len')) return value !== 0n;
  const isText = type.kind === 'scalar' && (type.scalar === 'string' || type.scalar === 'bytes');
  if (isText) {
    if (name === 'in') return isList(value) && !value.some((each) => lengthOf(each) === 0);
    if (name === 'not_in') return isList(value) && value.some((each) => lengthOf(each) === 0);
    if (name === 'pattern') return !matchesEmpty(String(value));
    return typeof value === 'boolean' || lengthOf(value) > 0;
  }
  if (typeof value === 'boolean') return name === 'const';
  const isZero = (each: RuleValue): boolean => each === 0 || each === 0n;
  if (isList(value)) return name === 'in' ? !value.some(isZero) : value.some(isZero);
  if (name === 'gt') return compare(value, 0) >= 0;
  if (name === 'gte') return compare(value, 0) > 0;
  if (name === 'lt') return compare(value, 0) <= 0;
  if (name === 'lte') return compare(value, 0) < 0;
  return name === 'const' && !isZero(value);
}

function lengthOf(value: RuleValue): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 0;
}

function matchesEmpty(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test('');
  } catch {
    // RE2 takes more than JavaScript does: nobody is told of what is not known.
    return true;
  }
}

export function compare(a: RuleValue, b: RuleValue): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isList(value: RuleValue | undefined): value is readonly RuleValue[] {
  return Array.isArray(value);
}

export function show(value: unknown): string {
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('latin1')}"`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
