import type { JsonSchema } from '../schema/json-schema.ts';

/**
 * A schema that takes what another takes and all of these do. Bounds become one, the narrower one; a keyword that cannot
 * stand twice goes into `allOf`, and so does `anyOf`, which tools read as if nothing stood beside it.
 */
export function narrow(schema: JsonSchema, by: readonly JsonSchema[]): JsonSchema {
  const merged: Record<string, unknown> = { ...schema };
  const apart: JsonSchema[] = [];
  for (const each of by) {
    const keywords = Object.entries(each);
    const fits = ([keyword, value]: [string, unknown]): boolean =>
      keyword !== 'anyOf' && (!(keyword in merged) || merged[keyword] === value || keyword in tighter);
    if (!keywords.every(fits)) {
      apart.push(each);
      continue;
    }
    for (const [keyword, value] of keywords) {
      const before = merged[keyword];
      merged[keyword] =
        before === undefined ? value : (tighter[keyword]?.(before as number, value as number) ?? value);
    }
  }
  return apart.length === 0 ? merged : { ...merged, allOf: apart };
}

const tighter: Readonly<Record<string, (a: number, b: number) => number>> = {
  minimum: Math.max,
  exclusiveMinimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  minProperties: Math.max,
  maximum: Math.min,
  exclusiveMaximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
  maxProperties: Math.min,
};

/** Reports whether the zero of a field is what the keywords of its rules take: '', 0, false, or an ASCII name. */
export function takes(schemas: readonly JsonSchema[], value: string | number | boolean): boolean {
  return schemas.every((schema) =>
    Object.entries(schema).every(([keyword, limit]) => takesBy(keyword, limit, value)),
  );
}

function takesBy(keyword: string, limit: unknown, value: string | number | boolean): boolean {
  const bound = limit as number;
  switch (keyword) {
    case 'const':
      return value === limit;
    case 'enum':
      return (limit as unknown[]).includes(value);
    case 'not':
      return !takes([limit as JsonSchema], value);
    case 'anyOf':
      return (limit as JsonSchema[]).some((one) => takes([one], value));
    case 'pattern':
      return typeof value !== 'string' || new RegExp(limit as string, 'u').test(value);
    case 'minLength':
      return typeof value !== 'string' || value.length >= bound;
    case 'maxLength':
      return typeof value !== 'string' || value.length <= bound;
    case 'minimum':
      return typeof value !== 'number' || value >= bound;
    case 'exclusiveMinimum':
      return typeof value !== 'number' || value > bound;
    case 'maximum':
      return typeof value !== 'number' || value <= bound;
    case 'exclusiveMaximum':
      return typeof value !== 'number' || value < bound;
    default:
      return true;
  }
}
