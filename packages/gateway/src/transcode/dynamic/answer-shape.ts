import type { Download } from '@pipit/runtime/door';
import { fieldsOf } from '../descriptor/field.ts';
import { kindOf } from '../descriptor/kind.ts';
import type { DynamicMessage } from './message.ts';
import type { DynamicTypes } from './types.ts';

/** What an answer is beside a message (wire.md, Download and Envelope). */
export type AnswerShape =
  | { readonly kind: 'download'; readonly download: (message: unknown) => Download }
  | { readonly kind: 'envelope' | undefined };

export function answerShape(fullName: string, { schema }: DynamicTypes): AnswerShape {
  const declared = schema.messages.get(fullName);
  const fields = declared === undefined ? [] : fieldsOf(declared, schema);
  const kind = kindOf(fields);
  if (kind !== 'download') return { kind };
  // A download has no oneofs, so each of its fields has the slot of its place.
  const slots = new Map(fields.map(({ name }, slot) => [name, slot]));
  return {
    kind,
    download: (message) => {
      const { values } = message as DynamicMessage;
      const valueOf = (name: string): unknown => values[slots.get(name) ?? -1];
      return {
        contentType: valueOf('content_type'),
        data: valueOf('data'),
        status: valueOf('status'),
        filename: valueOf('filename'),
      } as Download;
    },
  };
}
