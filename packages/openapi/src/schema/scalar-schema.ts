import type { ScalarName } from '@pipit/schema';
import type { JsonSchema } from './json-schema.ts';

const int32: JsonSchema = { type: 'integer', format: 'int32' };
const uint32: JsonSchema = { type: 'integer', minimum: 0, maximum: 4_294_967_295 };
// A string only: generators of clients lose or refuse a type that is two.
const int64: JsonSchema = { type: 'string', format: 'int64', pattern: String.raw`^-?\d{1,19}$` };
const uint64: JsonSchema = { type: 'string', format: 'uint64', pattern: String.raw`^\d{1,20}$` };

/** The values of a floating-point number that JSON has no number for are strings. */
function floating(format: 'float' | 'double'): JsonSchema {
  return {
    oneOf: [
      { type: 'number', format },
      { type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] },
    ],
  };
}

/** The JSON of scalars as answers hold it, and requests in their canonical form. */
export const scalarSchemas: Readonly<Record<ScalarName, JsonSchema>> = {
  int32,
  sint32: int32,
  sfixed32: int32,
  uint32,
  fixed32: uint32,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
  float: floating('float'),
  double: floating('double'),
  bool: { type: 'boolean' },
  string: { type: 'string' },
  bytes: { type: 'string', contentEncoding: 'base64' },
};

const signed: JsonSchema = { pattern: String.raw`^-?\d+$` };
const unsigned: JsonSchema = { pattern: String.raw`^\d+$` };

/** The keys of a map in JSON, which are strings; undefined where any string is a key. */
export function keySchema(scalar: ScalarName): JsonSchema | undefined {
  if (scalar === 'string') return undefined;
  if (scalar === 'bool') return { enum: ['true', 'false'] };
  return /^(?:uint|fixed)/.test(scalar) ? unsigned : signed;
}
