import { propertyAccess, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel, ValueModel } from '../model/types.ts';
import { codec, codecType, keyTs, type PrintContext, valueRef, valueTs, zero } from './context.ts';
import { fromNumber } from './enums.ts';
import { hasRequired } from './required.ts';
import { scalarInfo, tag, wireType } from './scalars.ts';

/** `$read`: reads fields up to `end`, or up to the end of `group`, into `m`. */
export function printRead(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const reader = codecType(c, 'BinaryReader');
  const { name } = message;
  const whole = hasRequired(message) ? `${name}$whole(m, r)` : 'm';
  p.block(
    `export function ${name}$read(r: ${reader}, end: number, m: ${name} = ${name}$new(), group = 0): ${name} {`,
    () => {
      p.block('while (r.pos < end) {', () => {
        p.line('const tag = r.tag();');
        p.block('switch (tag) {', () => {
          for (const field of message.fields) printReadField(c, message, field);
          p.block('default:', () => p.line(`if (r.unknown(m, tag, group)) return ${whole};`), null);
        });
      });
      p.line('r.leave(end, group);');
      p.line(`return ${whole};`);
    },
  );
  for (const field of message.fields) if (field.shape === 'map') printReadEntry(c, message, field);
}

function printReadField(c: PrintContext, message: MessageModel, field: FieldModel): void {
  const { value, number } = field;
  const access = `m${propertyAccess(field.memberOf === undefined ? field.name : oneofOf(message, field).name)}`;
  const single = tag(number, wireType(value));
  if (field.shape === 'map') {
    const closed = value.kind === 'enum' && value.type.closed;
    printCase(c, tag(number, 2), [
      `${entryReader(message, field)}(r, r.enter(), ${access}${closed ? ', m' : ''});`,
    ]);
    return;
  }
  if (value.kind === 'message') {
    const read = valueRef(c, value.type, '$read');
    const enter = value.delimited ? 'r.enterGroup(end)' : 'r.enter()';
    const group = value.delimited ? `, ${number}` : '';
    let statement: string;
    if (field.memberOf !== undefined) {
      const name = quote(field.name);
      statement = `${access} = { case: ${name}, value: ${read}(r, ${enter}, ${access}?.case === ${name} ? ${access}.value : undefined${group}) };`;
    } else if (field.shape === 'repeated') {
      statement = `${access}.push(${read}(r, ${enter}${value.delimited ? `, undefined${group}` : ''}));`;
    } else statement = `${access} = ${read}(r, ${enter}, ${access}${group});`;
    printCase(c, single, [statement]);
    return;
  }
  if (value.kind === 'enum' && value.type.closed) {
    printReadClosedEnum(c, field, access);
    return;
  }
  const read =
    value.kind === 'enum' ? fromNumber(c, value.type, 'r.int32()') : `r.${scalarInfo(value).read}()`;
  if (field.memberOf !== undefined)
    printCase(c, single, [`${access} = { case: ${quote(field.name)}, value: ${read} };`]);
  else if (field.shape === 'singular') printCase(c, single, [`${access} = ${read};`]);
  else {
    const element = value.kind === 'scalar' && value.scalar === 'bytes' ? 'r.bytesElement()' : read;
    printCase(c, single, [`${access}.push(${element});`]);
    if (single === tag(number, 2)) return;
    // A reader takes a list packed or not, whatever the schema says.
    printCase(c, tag(number, 2), [
      'const stop = r.packed();',
      `while (r.pos < stop) ${access}.push(${read});`,
      'r.packedEnd(stop);',
    ]);
  }
}

/** A closed enum keeps a number it does not name among the unknown fields. */
function printReadClosedEnum(c: PrintContext, field: FieldModel, access: string): void {
  const value = field.value as ValueModel & { kind: 'enum' };
  const stored = fromNumber(c, value.type, 'value');
  const known = `${valueRef(c, value.type, '$enum')}.names.has(value)`;
  const store =
    field.memberOf !== undefined
      ? `${access} = { case: ${quote(field.name)}, value: ${stored} };`
      : field.shape === 'repeated'
        ? `${access}.push(${stored});`
        : `${access} = ${stored};`;
  const lines = [
    'const start = r.pos;',
    'const value = r.int32();',
    `if (${known}) ${store}`,
    `else r.unknownEnum(m, ${tag(field.number, 0)}, start);`,
  ];
  printCase(c, tag(field.number, 0), lines);
  if (field.shape !== 'repeated') return;
  printCase(c, tag(field.number, 2), [
    'const stop = r.packed();',
    'while (r.pos < stop) {',
    ...lines.map((line) => `  ${line}`),
    '}',
    'r.packedEnd(stop);',
  ]);
}

function printCase(c: PrintContext, label: number, lines: readonly string[]): void {
  const { p } = c;
  const braces = lines.length > 1;
  p.block(
    `case ${label}:${braces ? ' {' : ''}`,
    () => {
      for (const line of lines) p.line(line);
      p.line('break;');
    },
    braces ? '}' : null,
  );
}

/** Reads one entry of a map field into `map`. */
function printReadEntry(c: PrintContext, message: MessageModel, field: FieldModel): void {
  const { p } = c;
  const key = field.key as ValueModel & { kind: 'scalar' };
  const { value } = field;
  const keyType = keyTs(key);
  const type = valueTs(c, value, false);
  const closed = value.kind === 'enum' && value.type.closed;
  const parameters = [
    `r: ${codecType(c, 'BinaryReader')}`,
    'end: number',
    `map: Record<${keyType}, ${type}>`,
    ...(closed ? [`m: ${message.name}`] : []),
  ];
  const readKey = `r.${scalarInfo(key).read}()`;
  const store = (stored: string): string =>
    key.scalar === 'string' ? `${codec(c, 'setEntry')}(map, key, ${stored});` : `map[key] = ${stored};`;
  const keyIsRead = keyType === 'number' || key.scalar === 'string';
  p.line();
  p.block(`function ${entryReader(message, field)}(${parameters.join(', ')}): void {`, () => {
    p.line(`let key = ${keyIsRead ? zero(key) : `String(${zero(key)})`};`);
    if (value.kind === 'message') p.line(`let value: ${type} | undefined;`);
    else if (closed) p.line(`let value = ${value.type.values[0]!.number} as number;`);
    else p.line(`let value: ${type} = ${zero(value)};`);
    if (closed) p.line('const start = r.pos;');
    p.block('while (r.pos < end) {', () => {
      p.line('const tag = r.tag();');
      p.block('switch (tag) {', () => {
        printCase(c, tag(1, wireType(key)), [`key = ${keyIsRead ? readKey : `String(${readKey})`};`]);
        printCase(c, tag(2, wireType(value)), [`value = ${closed ? 'r.int32()' : readMapValue(c, value)};`]);
        p.block('default:', () => p.line('r.skip(tag);'), null);
      });
    });
    p.line('r.leave(end, 0);');
    if (closed) {
      p.line(
        `if (${valueRef(c, value.type, '$enum')}.names.has(value)) ${store(fromNumber(c, value.type, 'value'))}`,
      );
      p.line(`else r.unknownEntry(m, ${tag(field.number, 2)}, start);`);
    } else if (value.kind === 'message') p.line(store(`value ?? ${valueRef(c, value.type, '$create')}()`));
    else p.line(store('value'));
  });
}

/** The name of the function that reads an entry of a map. */
export function entryReader(message: MessageModel, field: FieldModel): string {
  return `${message.name}$read$${field.name}`;
}

function readMapValue(c: PrintContext, value: ValueModel): string {
  if (value.kind === 'message') return `${valueRef(c, value.type, '$read')}(r, r.enter(), value)`;
  return value.kind === 'enum' ? fromNumber(c, value.type, 'r.int32()') : `r.${scalarInfo(value).read}()`;
}

function oneofOf(message: MessageModel, field: FieldModel): OneofModel {
  return message.members.find(
    (member): member is OneofModel => member.oneof === true && member.fields.includes(field),
  )!;
}
