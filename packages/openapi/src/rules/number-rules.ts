import { FloatValue } from '@pipit/runtime/google/protobuf/wrappers';
import type { ValueRules } from '@pipit/schema';
import type { JsonSchema } from '../schema/json-schema.ts';

type Rules = ValueRules['standard'];

/** The words of JSON Schema for bounds of numbers. 64 bits are strings in JSON, of which it can only say the sign. */
export function boundKeywords(kind: string, rules: Rules): JsonSchema[] {
  const low = rules.get('gte') ?? rules.get('gt');
  const high = rules.get('lte') ?? rules.get('lt');
  if (typeof low === 'bigint' || typeof high === 'bigint') return signKeywords(low, high, rules.has('gt'));
  const isFraction = kind === 'float' || kind === 'double';
  const finite: JsonSchema[] = rules.get('finite') === true ? [{ type: 'number' }] : [];
  const isAbove = aboveOf(rules, low as number | undefined);
  const isBelow = belowOf(rules, high as number | undefined);
  if (low === undefined && high === undefined) return finite;
  if (Number.isNaN(low) || Number.isNaN(high)) {
    // Nothing is above or below NaN: alone, it only keeps itself out.
    return low !== undefined && high !== undefined ? finite : [...finite, { not: { enum: ['NaN'] } }];
  }
  const isOutside = low !== undefined && high !== undefined && high < low;
  const isRight = (value: number): boolean =>
    isOutside ? isAbove(value) || isBelow(value) : isAbove(value) && isBelow(value);
  const above = bound(rules.has('gt') ? 'exclusiveMinimum' : 'minimum', low as number | undefined, kind);
  const below = bound(rules.has('lt') ? 'exclusiveMaximum' : 'maximum', high as number | undefined, kind);
  const refused = ['NaN', 'Infinity', '-Infinity'].filter((text) => !isRight(Number(text)));
  return [
    ...finite,
    ...(isOutside ? [{ anyOf: [above, below] }] : [above, below]),
    ...(isFraction && refused.length > 0 ? [{ not: { enum: refused } }] : []),
  ];
}

function aboveOf(rules: Rules, low: number | undefined): (value: number) => boolean {
  if (low === undefined) return () => true;
  return rules.has('gt') ? (value) => value > low : (value) => value >= low;
}

function belowOf(rules: Rules, high: number | undefined): (value: number) => boolean {
  if (high === undefined) return () => true;
  return rules.has('lt') ? (value) => value < high : (value) => value <= high;
}

/** No number of JSON is above Infinity: only texts are left. */
function bound(keyword: string, value: number | undefined, kind: string): JsonSchema {
  if (value === undefined) return {};
  if (Number.isFinite(value)) return { [keyword]: numberJson(value, kind) };
  return value > 0 === keyword.toLowerCase().endsWith('minimum') ? { type: 'string' } : {};
}

function signKeywords(low: unknown, high: unknown, isOpen: boolean): JsonSchema[] {
  if (typeof low !== 'bigint' || (typeof high === 'bigint' && high < low)) return [];
  if (low > 0n || (isOpen && low === 0n)) return [{ pattern: String.raw`^0*[1-9]\d*$` }];
  return low === 0n ? [{ pattern: String.raw`^\d+$` }] : [];
}

/** As our servers write it. */
export function numberJson(value: number, kind: string): number | string {
  if (kind === 'float') return JSON.parse(FloatValue.toJsonString({ value })) as number | string;
  return Number.isFinite(value) ? value : String(value);
}
