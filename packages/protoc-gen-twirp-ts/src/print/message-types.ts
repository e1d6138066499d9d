import { propertyKey, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel } from '../model/types.ts';
import { codecType, keyTs, type PrintContext, valueTs } from './context.ts';
import { printOtherNames } from './other-names.ts';

/** The interface of a message: every field is there. */
export function printInterface(c: PrintContext, message: MessageModel): void {
  c.p.doc(message.comment || message.typeName, message.deprecated);
  c.p.block(`export interface ${message.name} extends ${codecType(c, 'Unknown')} {`, () => {
    for (const member of message.members) {
      printDoc(c, member);
      if (member.oneof === true) printOneof(c, member);
      else c.p.line(`${propertyKey(member.name)}: ${fieldTs(c, member, false)};`);
    }
  });
}

/** The Init type: what a message may be made of; nothing has to be there. */
export function printInit(c: PrintContext, message: MessageModel): void {
  c.p.doc(`Input for a new ${message.name}: a field left out, or null, holds its default.`);
  c.p.block(`export interface ${message.initName} extends ${codecType(c, 'Unknown')} {`, () => {
    for (const member of message.members) {
      if (member.oneof === true) printOneofInit(c, member);
      else c.p.line(`${propertyKey(member.name)}?: ${fieldTs(c, member, true)} | null | undefined;`);
    }
    printOtherNames(c, message);
  });
}

function printDoc(c: PrintContext, member: FieldModel | OneofModel): void {
  const deprecated = member.oneof === undefined && member.deprecated;
  c.p.doc(
    memberDoc(member)
      .filter((text) => text !== '')
      .join('\n\n'),
    deprecated,
  );
}

/** The paragraphs that say what a member is; an empty one is none. */
export function memberDoc(member: FieldModel | OneofModel): string[] {
  if (member.oneof === true || member.defaultValue === undefined) return [member.comment];
  return [member.comment, `Default when unset: ${member.defaultValue}`];
}

/** A member with a comment has lines of its own, so that editors show the comment where the value is used. */
function printOneof(c: PrintContext, oneof: OneofModel): void {
  c.p.block(
    `${propertyKey(oneof.name)}:`,
    () => {
      for (const field of oneof.fields) {
        if (field.comment === '' && !field.deprecated) {
          c.p.line(`| ${oneofCase(c, field, false)}`);
          continue;
        }
        c.p.block('| {', () => {
          c.p.line(`readonly case: ${quote(field.name)};`);
          printDoc(c, field);
          c.p.line(`readonly value: ${valueTs(c, field.value, false)};`);
        });
      }
      c.p.line('| undefined;');
    },
    null,
  );
}

function printOneofInit(c: PrintContext, oneof: OneofModel): void {
  const cases = oneof.fields.map((field) => oneofCase(c, field, true));
  c.p.line(`${propertyKey(oneof.name)}?: ${[...cases, 'null', 'undefined'].join(' | ')};`);
}

function oneofCase(c: PrintContext, { name, value }: FieldModel, init: boolean): string {
  return `{ readonly case: ${quote(name)}; readonly value: ${valueTs(c, value, init)} }`;
}

function fieldTs(c: PrintContext, field: FieldModel, init: boolean): string {
  const type = valueTs(c, field.value, init);
  if (field.shape === 'repeated') {
    return `${init ? 'readonly ' : ''}${type.includes(' ') ? `(${type})` : type}[]`;
  }
  if (field.shape === 'map') {
    const record = `Record<${keyTs(field.key!)}, ${type}>`;
    return init ? `Readonly<${record}>` : record;
  }
  const optional = !init && (field.presence === 'explicit' || field.value.kind === 'message');
  return optional ? `${type} | undefined` : type;
}
