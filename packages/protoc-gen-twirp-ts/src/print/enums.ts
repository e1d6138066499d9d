import { propertyKey, quote } from '../model/names.ts';
import type { EnumModel, EnumValueModel, ValueModel } from '../model/types.ts';
import { codec, codecType, type PrintContext, typeRef, valueRef } from './context.ts';
import { literal } from './enum-literal.ts';

/** An enum: a const object with its values, and the union of them as its type. */
export function printEnum(c: PrintContext, type: EnumModel): void {
  c.p.doc(type.comment || type.typeName, type.deprecated);
  c.p.block(
    `export const ${type.name} = {`,
    () => {
      for (const value of type.values) {
        c.p.doc(value.comment, value.deprecated);
        c.p.line(`${keyOf(type, value)}: ${literal(type, value.number)},`);
      }
    },
    '} as const;',
  );
  c.p.line();
  c.p.doc(type.comment || type.typeName, type.deprecated);
  c.p.line(`export type ${type.name} = (typeof ${type.name})[keyof typeof ${type.name}];`);
  c.p.line();
  const start = `export const ${type.name}$enum: ${codecType(c, 'EnumType')} = /*#__PURE__*/ ${codec(c, 'enumType')}(${quote(type.typeName)}, `;
  if (type.style !== 'string') {
    c.p.line(`${start}${type.name}${type.prefix === '' ? '' : `, ${quote(type.prefix)}`});`);
    return;
  }
  c.p.block(
    `${start}{`,
    () => {
      for (const value of type.values) c.p.line(`${keyOf(type, value)}: ${value.number},`);
    },
    '});',
  );
}

function keyOf({ prefix }: EnumModel, { name }: EnumValueModel): string {
  return propertyKey(name.slice(prefix.length));
}

/** The value that a number, which was read, stands for. */
export function fromNumber(c: PrintContext, type: EnumModel, number: string): string {
  const value =
    type.style === 'string' ? `${codec(c, 'enumName')}(${valueRef(c, type, '$enum')}, ${number})` : number;
  return `${value} as ${typeRef(c, type)}`;
}

/** The number to write for a value, or for one that is not set. */
export function toNumber(c: PrintContext, type: EnumModel, value: string): string {
  return type.style === 'string'
    ? `${codec(c, 'enumNumber')}(${valueRef(c, type, '$enum')}, ${value})`
    : value;
}

/** The numbers to write for a list. */
export function toNumbers(c: PrintContext, value: ValueModel, list: string): string {
  return isText(value) ? `${list}.map((item) => ${toNumber(c, value.type, 'item')})` : list;
}

/** The function that takes one value from a caller. */
export function taker(c: PrintContext, type: EnumModel): string {
  return type.style === 'string'
    ? `${codec(c, 'takeEnum')}<${typeRef(c, type)}>(${valueRef(c, type, '$enum')})`
    : `${codec(c, 'valid')}.int32`;
}

/** Reports whether values are texts in TypeScript. */
export function isText(value: ValueModel): value is ValueModel & { kind: 'enum' } {
  return value.kind === 'enum' && value.type.style === 'string';
}
