import type { JsonSchema, OpenApiDocument } from '@pipit/openapi';
import fc, { type Arbitrary } from 'fast-check';

/** Values that a schema of a document allows, without knowing anything of protobuf. */
export class Examples {
  readonly #document: OpenApiDocument;

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  /** @param depth of objects within each other */
  of(schema: JsonSchema, depth = 3): Arbitrary<unknown> {
    if (typeof schema['$ref'] === 'string') return this.of(this.#at(schema['$ref']), depth);
    if ('const' in schema) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
    const either = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
    if (either !== undefined) {
      const possible = depth > 0 ? either : either.filter(({ $ref }) => $ref === undefined);
      return fc.oneof(...possible.map((one) => this.of(one, depth - 1)));
    }
    switch (schema['type']) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return depth <= 0
          ? fc.constant([])
          : fc.array(this.of(schema['items'] as JsonSchema, depth - 1), { maxLength: 3 });
      case 'integer':
        return fc.integer({
          min: (schema['minimum'] as number | undefined) ?? -(2 ** 31),
          max: (schema['maximum'] as number | undefined) ?? 2 ** 31 - 1,
        });
      case 'number':
        return schema['format'] === 'float'
          ? fc.float({ noNaN: true, noDefaultInfinity: true })
          : fc.double({ noNaN: true, noDefaultInfinity: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'string':
        return text(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  #object(schema: JsonSchema, depth: number): Arbitrary<unknown> {
    const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
    // An Any holds what its server knows, which no document says.
    if ('@type' in properties) return fc.constant({});
    const open = schema['additionalProperties'];
    if (open !== undefined && Object.keys(properties).length === 0) {
      const keys = (schema['propertyNames'] ?? { type: 'string' }) as JsonSchema;
      const values = open === true ? fc.jsonValue({ maxDepth: 1 }) : this.of(open as JsonSchema, depth - 1);
      return fc.dictionary(text(keys) as Arbitrary<string>, values, {
        maxKeys: depth <= 0 ? 0 : 3,
        noNullPrototype: true,
      });
    }
    const deep = Object.entries(properties).filter(([, value]) => depth > 0 || !('anyOf' in value));
    const required = (schema['required'] ?? []) as string[];
    return fc.record(Object.fromEntries(deep.map(([name, value]) => [name, this.of(value, depth)])), {
      requiredKeys: required,
      noNullPrototype: true,
    });
  }

  #at(reference: string): JsonSchema {
    let found: unknown = this.#document;
    for (const key of reference.slice(2).split('/')) found = (found as Record<string, unknown>)[key];
    return found as JsonSchema;
  }
}

function text(schema: JsonSchema): Arbitrary<unknown> {
  const { format, pattern, contentEncoding } = schema;
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as string[]));
  if (format === 'int64') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
  if (format === 'uint64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  if (format === 'field-mask') return fc.stringMatching(/^(?:[a-z]{1,3}(?:[A-Z][a-z]{1,3})?)?$/);
  if (format === 'date-time')
    return fc
      .date({
        min: new Date('0001-01-01T00:00:00Z'),
        max: new Date('9999-12-31T00:00:00Z'),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString());
  if (contentEncoding === 'base64')
    return fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  if (typeof pattern === 'string') {
    // The digits of a Duration, or of the keys of a map: no more than 32 bits have.
    if (pattern.endsWith('s$')) return fc.stringMatching(/^-?\d{1,9}(?:\.\d{1,9})?s$/);
    return pattern.startsWith('^-?') ? fc.integer().map(String) : fc.nat().map(String);
  }
  return fc.string({ unit: 'grapheme', maxLength: 8 });
}
