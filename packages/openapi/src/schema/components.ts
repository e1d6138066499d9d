import {
  defaultOf,
  type EnumSchema,
  type FieldSchema,
  isRequiredOneof,
  type MessageSchema,
  type ValueType,
} from '@pipit/schema';
import { type FieldConstraint, FieldConstraints } from '../rules/field-rules.ts';
import { lines, paragraphs } from '../text.ts';
import type { JsonSchema } from './json-schema.ts';
import { keySchema, scalarSchemas } from './scalar-schema.ts';
import { isNullable, wellKnownSchema } from './well-known.ts';

/** The names of fields in answers: `proto` for `user_name`, `camel` for `userName`. */
export type JsonNames = 'proto' | 'camel';

/** The rules that a field's values must keep, as keywords of JSON Schema: `{ minLength: 1 }`. */
export type FieldRules = (field: FieldSchema) => JsonSchema | undefined;

/** The schemas of the messages and enums that a document refers to, by full name. */
export class Components {
  readonly #names: JsonNames;
  readonly #rules: FieldRules;
  readonly #answers: ReadonlySet<MessageSchema>;
  readonly #schemas = new Map<string, JsonSchema>();

  /** @param answers the messages that answers hold, which nobody holds against their rules */
  constructor(
    names: JsonNames,
    answers: ReadonlySet<MessageSchema> = new Set(),
    rules: FieldRules = () => undefined,
  ) {
    this.#names = names;
    this.#answers = answers;
    this.#rules = rules;
  }

  /** All that was referred to, by name. */
  get schemas(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The schema of a message: a reference, or that of a well-known type in place. */
  message(message: MessageSchema): JsonSchema {
    return this.#refer(message, () => this.#object(message));
  }

  /** The schema of a field in JSON, with its comment, and with its rules where only requests have its message. */
  field(field: FieldSchema, message: MessageSchema): JsonSchema {
    const schema = this.#ofShape(field, this.#constraint(field, message));
    const oneof = field.oneof === undefined ? {} : { 'x-pipit-oneof': field.oneof };
    return { ...schema, ...described(field, schema), ...oneof, ...this.#rules(field) };
  }

  /** True where a request without the field is refused. */
  isRequired(field: FieldSchema, message: MessageSchema): boolean {
    return field.presence === 'required' || this.#constraint(field, message)?.isRequired === true;
  }

  #constraint(field: FieldSchema, message: MessageSchema): FieldConstraint | undefined {
    return this.#answers.has(message) ? undefined : new FieldConstraints(message).of(field);
  }

  #refer(type: MessageSchema | EnumSchema, make: () => JsonSchema): JsonSchema {
    const { fullName } = type;
    const wellKnown = wellKnownSchema(fullName);
    if (wellKnown !== undefined) return wellKnown;
    if (!this.#schemas.has(fullName)) {
      // Before it is made: a message may hold itself.
      this.#schemas.set(fullName, {});
      this.#schemas.set(fullName, make());
    }
    return { $ref: `#/components/schemas/${fullName}` };
  }

  #object(message: MessageSchema): JsonSchema {
    const { fields } = message;
    const names = fields.map(({ protoKey, jsonName }) => (this.#names === 'camel' ? jsonName : protoKey));
    const required = names.filter((_, i) => this.isRequired(fields[i]!, message));
    const description = paragraphs(message.comment, ...oneofs(message, names));
    return {
      type: 'object',
      ...(description === '' ? {} : { description }),
      // fromEntries makes an own property of `__proto__` too.
      properties: Object.fromEntries(fields.map((field, i) => [names[i], this.field(field, message)])),
      ...(required.length === 0 ? {} : { required }),
      ...(message.deprecated ? { deprecated: true } : {}),
    };
  }

  #ofShape(field: FieldSchema, constraint: FieldConstraint | undefined): JsonSchema {
    const value = this.#value(field.value);
    if (field.shape === 'repeated') return constraint?.list(value) ?? { type: 'array', items: value };
    if (field.shape === 'map') {
      const keys = keySchema(field.key!.scalar);
      return (
        constraint?.map(keys, value) ?? {
          type: 'object',
          ...(keys === undefined ? {} : { propertyNames: keys }),
          additionalProperties: value,
        }
      );
    }
    const narrowed = constraint?.value(value) ?? value;
    if (field.value.kind !== 'message') return { ...narrowed, ...declaredDefault(field) };
    const isSet =
      field.presence === 'required' ||
      constraint?.refusesNull === true ||
      isNullable(field.value.type.fullName);
    // An unset message is written as null.
    return isSet ? narrowed : { anyOf: [narrowed, { type: 'null' }] };
  }

  #value(value: ValueType): JsonSchema {
    switch (value.kind) {
      case 'scalar':
        return scalarSchemas[value.scalar];
      case 'enum':
        return this.#refer(value.type, () => enumSchema(value.type));
      case 'message':
        return this.message(value.type);
    }
  }
}

function described(field: FieldSchema, schema: JsonSchema): JsonSchema {
  const description = paragraphs(
    field.comment,
    typeof schema['description'] === 'string' ? schema['description'] : '',
  );
  return {
    ...(description === '' ? {} : { description }),
    ...(field.deprecated ? { deprecated: true } : {}),
  };
}

/** The default that proto2 and editions declare; the zeros that every other field has say nothing. */
function declaredDefault(field: FieldSchema): JsonSchema {
  if (field.defaultText === undefined) return {};
  if (field.value.kind === 'enum') return { default: field.defaultText };
  const value = defaultOf(field);
  if (typeof value === 'bigint') return { default: String(value) };
  if (typeof value === 'number') return { default: Number.isFinite(value) ? value : String(value) };
  return typeof value === 'string' || typeof value === 'boolean' ? { default: value } : {};
}

function enumSchema(type: EnumSchema): JsonSchema {
  const { values } = type;
  const commented = values.filter(({ comment, deprecated }) => comment !== '' || deprecated);
  const list = commented.map(({ name, comment, deprecated }) => {
    const text = [...(deprecated ? ['Deprecated.'] : []), ...(comment === '' ? [] : [comment])].join(' ');
    return `- \`${name}\`: ${text.replaceAll(/\s*\n\s*/g, ' ')}`;
  });
  const description = paragraphs(type.comment, lines(...list));
  return {
    type: 'string',
    ...(description === '' ? {} : { description }),
    enum: values.map(({ name }) => name),
    ...(type.deprecated ? { deprecated: true } : {}),
  };
}

/** A sentence for each oneof. As a schema it would be pairs of `not`, which few tools make anything of. */
function oneofs({ descriptor, fields, file, path }: MessageSchema, names: readonly string[]): string[] {
  return descriptor.oneofs.flatMap((oneof, i) => {
    const { name } = oneof;
    const members = names.filter((_, at) => fields[at]!.oneof === name);
    if (members.length === 0) return [];
    const comment = file.source.comment(`${path}.8.${i}`);
    return [
      `${isRequiredOneof(oneof) ? 'One' : 'At most one'} of ${members.map((member) => `\`${member}\``).join(', ')} (\`${name}\`).${comment === '' ? '' : ` ${comment}`}`,
    ];
  });
}
