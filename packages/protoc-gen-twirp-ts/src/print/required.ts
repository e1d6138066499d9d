import { propertyAccess, quote } from '../model/names.ts';
import type { FieldModel, MessageModel } from '../model/types.ts';
import { codecType, type PrintContext } from './context.ts';

function requiredFields(message: MessageModel): FieldModel[] {
  return message.fields.filter(({ presence }) => presence === 'required');
}

/** Reports whether the message has fields that must be set. */
export function hasRequired(message: MessageModel): boolean {
  return requiredFields(message).length > 0;
}

/** `$whole`: what a reader ends with, to tell of required fields that nobody sent. */
export function printWhole(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const { name } = message;
  const readers = ['BinaryReader', 'JsonReader', 'FormReader'].map((reader) => codecType(c, reader));
  p.block(`function ${name}$whole(m: ${name}, r: ${readers.join(' | ')}): ${name} {`, () => {
    for (const field of requiredFields(message)) {
      p.line(
        `if (m${propertyAccess(field.name)} === undefined) r.missing(m, ${quote(field.name)}, ${quote(field.protoName)});`,
      );
    }
    p.line('return m;');
  });
}
