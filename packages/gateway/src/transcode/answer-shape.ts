import type { Download } from '@pipit/runtime/door';
import type { DynamicMessage } from '@pipit/runtime/dynamic';
import type { MessageSchema } from '@pipit/schema';

/** The kinds of answers that are not only a message (wire.md, Download and Envelope). */
export type AnswerShape =
  | { readonly kind: 'download'; readonly download: (message: unknown) => Download }
  | { readonly kind: 'envelope' | undefined };

export function answerShape(message: MessageSchema): AnswerShape {
  const { kind } = message;
  if (kind !== 'download') return { kind };
  // A download has no oneofs, so each of its fields has the slot of its place.
  const slots = new Map(message.fields.map(({ name }, slot) => [name, slot]));
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
