import type { FormReader } from '../codec/index.ts';
import type { FieldSchema } from '@pipit/schema';
import type { ValueCodec } from './value.ts';

/** The kinds of fields a form cannot hold, in the words of its error. */
const REFUSED = { enum: 'an enum', message: 'a message', scalar: 'a map' } as const;

/** The second name under which a form may hold the field, where it has one. */
function otherName(field: FieldSchema): string | undefined {
  return field.jsonKey === field.protoKey ? undefined : field.jsonKey;
}

/** Reads the field from a form; undefined where a form cannot hold it. */
export function readFormField(
  field: FieldSchema,
  value: ValueCodec,
): ((form: FormReader) => unknown) | undefined {
  if (field.shape === 'map') return undefined;
  const jsonKey = otherName(field);
  const isList = field.shape === 'repeated';
  if (field.value.kind === 'message') {
    if (field.value.type.kind !== 'download') return undefined;
    const type = { fromForm: value.message!.readForm };
    return (form) =>
      isList ? form.files(type, field.protoKey, jsonKey) : form.file(type, field.protoKey, jsonKey);
  }
  const text = value.scalar?.text;
  const read = isList ? text?.forms : text?.form;
  return read === undefined ? undefined : (form) => read(form, field.protoKey, jsonKey);
}

/** Refuses a form that names the field. @throws {FormError} */
export function refuse(form: FormReader, field: FieldSchema): void {
  const kind = field.shape === 'map' ? 'a map' : REFUSED[field.value.kind];
  form.refuse(kind, field.protoKey, otherName(field));
}
