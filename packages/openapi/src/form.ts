import type { FieldSchema, MessageSchema } from '@pipit/schema';
import type { Components } from './schema/components.ts';
import type { JsonSchema } from './schema/json-schema.ts';

/** A field that a form or a query can hold, under its proto name. */
export interface FormField {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly field: FieldSchema;
  /** True where a request without it is refused. */
  readonly required: boolean;
}

/** The fields of a request that a form and the query of a GET can hold: scalars, and lists of them (wire.md, Form). */
export function formFields(message: MessageSchema, components: Components): FormField[] {
  return message.fields.filter(isText).map((field) => ({
    name: field.name,
    schema: components.field(field, message),
    field,
    required: components.isRequired(field, message),
  }));
}

/** The fields of a request that a file part of a multipart form fills. */
export function fileFields(message: MessageSchema, components: Components): FormField[] {
  return message.fields.filter(isFile).map((field) => {
    const file: JsonSchema = { type: 'string', contentMediaType: 'application/octet-stream' };
    const schema = field.shape === 'repeated' ? { type: 'array', items: file } : file;
    const description = field.comment === '' ? {} : { description: field.comment };
    const required = components.isRequired(field, message);
    return { name: field.name, schema: { ...schema, ...description }, field, required };
  });
}

/** Reports whether all that must be set is among the fields. */
export function isWhole(
  message: MessageSchema,
  among: readonly FormField[],
  components: Components,
): boolean {
  const names = new Set(among.map(({ name }) => name));
  return message.fields.every((field) => !components.isRequired(field, message) || names.has(field.name));
}

function isText({ shape, value }: FieldSchema): boolean {
  return shape !== 'map' && value.kind === 'scalar' && value.scalar !== 'bytes';
}

function isFile({ shape, value }: FieldSchema): boolean {
  if (shape === 'map') return false;
  if (value.kind === 'scalar') return value.scalar === 'bytes';
  return value.kind === 'message' && value.type.kind === 'download';
}
