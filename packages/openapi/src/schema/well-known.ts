import type { JsonSchema } from './json-schema.ts';
import { scalarSchemas } from './scalar-schema.ts';

const google = 'google.protobuf.';

/** Types whose JSON is not an object with their fields, by full name (protobuf's JSON mapping). */
const schemas: Readonly<Record<string, JsonSchema>> = {
  Timestamp: { type: 'string', format: 'date-time' },
  Duration: {
    type: 'string',
    pattern: String.raw`^-?\d+(?:\.\d{1,9})?s$`,
    description: 'Seconds, as in `1.5s`.',
  },
  FieldMask: {
    type: 'string',
    format: 'field-mask',
    description: 'Paths of fields in camelCase, as in `userName,address.city`.',
  },
  Struct: { type: 'object', additionalProperties: true },
  Value: {},
  ListValue: { type: 'array', items: {} },
  Any: {
    type: 'object',
    properties: {
      '@type': {
        type: 'string',
        description: 'Which message this is: `type.googleapis.com/` and its full name.',
      },
    },
    additionalProperties: true,
  },
  Empty: { type: 'object' },
  DoubleValue: scalarSchemas.double,
  FloatValue: scalarSchemas.float,
  Int64Value: scalarSchemas.int64,
  UInt64Value: scalarSchemas.uint64,
  Int32Value: scalarSchemas.int32,
  UInt32Value: scalarSchemas.uint32,
  BoolValue: scalarSchemas.bool,
  StringValue: scalarSchemas.string,
  BytesValue: scalarSchemas.bytes,
  NullValue: { type: 'null' },
};

/** The JSON of a well-known message or enum; undefined for any other. */
export function wellKnownSchema(fullName: string): JsonSchema | undefined {
  const name = fullName.startsWith(google) ? fullName.slice(google.length) : '';
  return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}

/** Reports whether JSON's `null` is a value of the type, and an unset field is left out. */
export function isNullable(fullName: string): boolean {
  return fullName === `${google}Value` || fullName === `${google}NullValue`;
}
