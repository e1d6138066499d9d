import { isObjectMember, propertyName } from '@pipit/schema';
import { propertyKey, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel } from '../model/types.ts';
import { codecType, type PrintContext } from './context.ts';

/**
 * The names that others know a field by: its proto name, and that of a oneof's member beside the oneof. Rows of a database
 * and JSON have them, and as TypeScript lets objects have more than they are asked for, their values would be lost in
 * silence: in an Init type these names take nothing, and the error says what to use instead.
 */
export function printOtherNames(c: PrintContext, message: MessageModel): void {
  const names = otherNames(message, c.options.names === 'proto');
  if (names.size === 0) return;
  const useInstead = codecType(c, 'UseInstead');
  for (const [name, instead] of names) {
    // Deprecated, so that editors offer it last.
    c.p.line(`/** @deprecated */ ${propertyKey(name)}?: ${useInstead}<${quote(instead)}>;`);
  }
}

function otherNames({ members }: MessageModel, isProto: boolean): ReadonlyMap<string, string> {
  const properties = new Set(members.map(({ name }) => name));
  const names = new Map<string, string>();
  const add = (name: string, instead: string): void => {
    // What every object has would refuse them all.
    if (!properties.has(name) && !isObjectMember(name) && !(name in Object.prototype))
      names.set(name, instead);
  };
  for (const member of members) {
    add(member.protoName, member.name);
    // What others call it whose code has the names of JSON.
    if (isProto) add(propertyName(member.protoName), member.name);
    for (const [name, instead] of member.oneof === true ? inOneof(member) : []) add(name, instead);
  }
  return names;
}

function inOneof({ name, fields }: OneofModel): [name: string, instead: string][] {
  return fields.flatMap((field: FieldModel) => {
    const instead = `${name} with case ${field.name}`;
    return [field.protoName, field.name].map((other): [string, string] => [other, instead]);
  });
}
