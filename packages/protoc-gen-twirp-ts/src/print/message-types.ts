import { propertyKey, quote } from '../model/names.ts';
import type { EnumModel, FieldModel, MessageModel, OneofModel } from '../model/types.ts';
import { codec, codecType, keyTs, type PrintContext, valueTs } from './context.ts';
import { printOtherNames } from './other-names.ts';

/** The interface of a message: every field is there. */
export function printInterface(c: PrintContext, message: MessageModel): void {
  c.p.doc(message.comment || message.typeName, message.deprecated);
  c.p.block(`export interface ${message.name} extends ${codecType(c, 'Unknown')} {`, () => {
    for (const member of message.members) {
      printDoc(c, member);
      c.p.line(`${propertyKey(member.name)}: ${memberTs(c, member, false)};`);
    }
  });
}

/** The Init type: what a message may be made of; nothing has to be there. */
export function printInit(c: PrintContext, message: MessageModel): void {
  c.p.doc(`Input for a new ${message.name}: a field left out, or null, holds its default.`);
  c.p.block(`export interface ${message.initName} extends ${codecType(c, 'Unknown')} {`, () => {
    for (const member of message.members) {
      const type = memberTs(c, member, true);
      c.p.line(`${propertyKey(member.name)}?: ${type} | null | undefined;`);
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

function memberTs(c: PrintContext, member: FieldModel | OneofModel, init: boolean): string {
  if (member.oneof === true) {
    const cases = member.fields.map(
      (field) => `{ readonly case: ${quote(field.name)}; readonly value: ${valueTs(c, field.value, init)} }`,
    );
    return (init ? cases : [...cases, 'undefined']).join(' | ');
  }
  const type = valueTs(c, member.value, init);
  if (member.shape === 'repeated') {
    return `${init ? 'readonly ' : ''}${type.includes(' ') ? `(${type})` : type}[]`;
  }
  if (member.shape === 'map') {
    const record = `Record<${keyTs(member.key!)}, ${type}>`;
    return init ? `Readonly<${record}>` : record;
  }
  const optional = !init && (member.presence === 'explicit' || member.value.kind === 'message');
  return optional ? `${type} | undefined` : type;
}

/** An enum: a const object with its values, and the union of them as its type. */
export function printEnum(c: PrintContext, type: EnumModel): void {
  c.p.doc(type.comment || type.typeName, type.deprecated);
  c.p.block(
    `export const ${type.name} = {`,
    () => {
      for (const value of type.values) {
        c.p.doc(value.comment, value.deprecated);
        c.p.line(`${propertyKey(value.name)}: ${value.number},`);
      }
    },
    '} as const;',
  );
  c.p.line();
  c.p.doc(type.comment || type.typeName, type.deprecated);
  c.p.line(`export type ${type.name} = (typeof ${type.name})[keyof typeof ${type.name}];`);
  c.p.line();
  c.p.line(
    `export const ${type.name}$enum: ${codecType(c, 'EnumType')} = /*#__PURE__*/ ${codec(c, 'enumType')}(${quote(type.typeName)}, ${type.name});`,
  );
}
