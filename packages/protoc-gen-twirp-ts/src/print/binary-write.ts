import { capitalize, propertyAccess, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel, ValueModel } from '../model/types.ts';
import { codecType, type PrintContext, valueRef } from './context.ts';
import { defaultOf } from './defaults.ts';
import { scalarInfo, tag, wireType } from './scalars.ts';

/** `$write`: the message in protobuf's binary format, fields in the order of declaration. */
export function printWrite(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const writer = codecType(c, 'BinaryWriter');
  p.block(`export function ${message.name}$write(m: ${message.initName}, w: ${writer}): void {`, () => {
    for (const member of message.members) {
      if (member.oneof === true) printWriteOneof(c, member);
      else printWriteField(c, member);
    }
    p.line('if (m.$unknown !== undefined) w.unknown(m.$unknown);');
  });
}

function printWriteField(c: PrintContext, field: FieldModel): void {
  const { p } = c;
  const access = `m${propertyAccess(field.name)}`;
  if (field.shape === 'map') {
    p.block(`if (${access} !== undefined) {`, () => printWriteMap(c, field, access));
  } else if (field.shape === 'repeated' && field.packed) {
    const write = field.value.kind === 'scalar' ? scalarInfo(field.value).write : 'int32';
    p.line(`if (${access}?.length) w.packed${capitalize(write)}(${tag(field.number, 2)}, ${access});`);
  } else if (field.shape === 'repeated') {
    p.block(`if (${access} !== undefined) {`, () => {
      p.block(`for (const item of ${access}) {`, () => printWriteValue(c, field.number, field.value, 'item'));
    });
  } else if (field.presence === 'required' && field.value.kind !== 'message') {
    printWriteValue(c, field.number, field.value, `${access} ?? ${defaultOf(field)}`);
  } else {
    const condition = isSet(field, access);
    if (field.value.kind === 'message') {
      const required = field.presence === 'required';
      p.block(
        `if (${condition}) {`,
        () => printWriteValue(c, field.number, field.value, access),
        required ? null : '}',
      );
      if (required) p.line(`} else w.missing(${quote(field.protoName)});`);
    } else {
      p.line(`if (${condition}) ${writeScalar(field.number, field.value, access)}`);
    }
  }
}

function printWriteOneof(c: PrintContext, oneof: OneofModel): void {
  const { p } = c;
  const access = `m${propertyAccess(oneof.name)}`;
  p.block(`switch (${access}?.case) {`, () => {
    for (const field of oneof.fields) {
      const braces = field.value.kind === 'message';
      p.block(
        `case ${quote(field.name)}:${braces ? ' {' : ''}`,
        () => {
          printWriteValue(c, field.number, field.value, `${access}.value`);
          p.line('break;');
        },
        braces ? '}' : null,
      );
    }
  });
}

function printWriteMap(c: PrintContext, field: FieldModel, access: string): void {
  const { p } = c;
  const key = field.key as ValueModel & { kind: 'scalar' };
  p.block(`for (const key in ${access}) {`, () => {
    p.line(`const entry = w.begin(${tag(field.number, 2)});`);
    p.line(writeScalar(1, key, keyFromString(key)));
    const item = `${access}[key]!`;
    printWriteValue(c, 2, field.value, item);
    p.line('w.end(entry);');
  });
}

/** The key of a map entry, from the string an object key is. */
function keyFromString(key: ValueModel & { kind: 'scalar' }): string {
  if (key.scalar === 'bool') return "key === 'true'";
  return scalarInfo(key).type === 'number' ? 'Number(key)' : 'key';
}

function writeScalar(number: number, value: ValueModel, expression: string): string {
  const write = value.kind === 'scalar' ? scalarInfo(value).write : 'int32';
  return `w.${write}(${tag(number, wireType(value))}, ${expression});`;
}

function printWriteValue(c: PrintContext, number: number, value: ValueModel, expression: string): void {
  const { p } = c;
  if (value.kind !== 'message') {
    p.line(writeScalar(number, value, expression));
    return;
  }
  const write = valueRef(c, value.type, '$write');
  if (value.delimited) {
    p.line(`w.tag(${tag(number, 3)});`);
    p.line(`${write}(${expression}, w);`);
    p.line(`w.tag(${tag(number, 4)});`);
  } else {
    p.line(`const at = w.begin(${tag(number, 2)});`);
    p.line(`${write}(${expression}, w);`);
    p.line('w.end(at);');
  }
}

/** Whether a singular field is to be written. */
function isSet(field: FieldModel, access: string): string {
  const { value } = field;
  if (field.presence !== 'implicit' || value.kind === 'message') return `${access} !== undefined`;
  if (value.kind === 'enum') return access;
  switch (scalarInfo(value).zero) {
    case "'0'":
      return `${access} !== undefined && ${access} !== '0'`;
    case 'new Uint8Array()':
      return `${access}?.length`;
    default:
      // NaN is falsy and -0 equals 0, but both are values to send.
      return value.scalar === 'double' || value.scalar === 'float'
        ? `${access} !== undefined && !Object.is(${access}, 0)`
        : access;
  }
}
