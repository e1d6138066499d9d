import { propertyAccess, propertyKey, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel, ValueModel } from '../model/types.ts';
import { codec, initTs, type PrintContext, valueRef } from './context.ts';
import { defaultOf } from './defaults.ts';
import { taker } from './enums.ts';
import { given, isTimestamp, printFromDate } from './timestamp.ts';
import { scalarInfo } from './scalars.ts';

/** `$new`: a message whose fields all hold their defaults, in the order of declaration. */
export function printNew(c: PrintContext, message: MessageModel): void {
  c.p.block(`function ${message.name}$new(): ${message.name} {`, () => {
    if (message.members.length === 0) c.p.line('return {};');
    else {
      c.p.block(
        'return {',
        () => {
          for (const member of message.members)
            c.p.line(`${propertyKey(member.name)}: ${initial(c, member)},`);
        },
        '};',
      );
    }
  });
}

/** `$create`: a message made of an Init; nothing is shared with it but bytes. */
export function printCreate(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const { name } = message;
  p.block(`export function ${name}$create(${given(message)}?: ${initTs(c, message)}): ${name} {`, () => {
    p.line(`const m = ${name}$new();`);
    p.line(`if (${given(message)} === undefined) return m;`);
    if (isTimestamp(message)) printFromDate(c, message, 'init');
    p.line(`${codec(c, 'valid')}.message(init);`);
    for (const member of message.members) {
      if (member.oneof === true) printCreateOneof(c, member);
      else {
        const access = propertyAccess(member.name);
        p.line(`if (init${access} != null) m${access} = ${taken(c, member, `init${access}`)};`);
      }
    }
    p.line('if (init.$unknown !== undefined) m.$unknown = [...init.$unknown];');
    p.line('return m;');
  });
}

function printCreateOneof(c: PrintContext, oneof: OneofModel): void {
  const { p } = c;
  const from = `init${propertyAccess(oneof.name)}`;
  p.block(`switch (${from}?.case) {`, () => {
    for (const { name, value } of oneof.fields) {
      // A message made of undefined would be an empty one.
      const given = value.kind === 'message' ? `${codec(c, 'valid')}.given(${from}.value)` : `${from}.value`;
      const member = `{ case: ${quote(name)}, value: ${take(c, value)}(${given}) }`;
      p.block(
        `case ${quote(name)}:`,
        () => {
          p.line(`m${propertyAccess(oneof.name)} = ${member};`);
          p.line('break;');
        },
        null,
      );
    }
    p.block('default:', () => p.line(`${codec(c, 'valid')}.noMember(${quote(oneof.name)}, ${from});`), null);
  });
}

function initial(c: PrintContext, member: FieldModel | OneofModel): string {
  if (member.oneof === true) return 'undefined';
  if (member.shape === 'repeated') return '[]';
  if (member.shape === 'map') return `${codec(c, 'emptyMap')}()`;
  // A required field has no value before somebody sets it; the type is that of the whole message.
  if (member.presence === 'required' && member.value.kind !== 'message') return 'undefined!';
  return member.presence === 'explicit' ? 'undefined' : defaultOf(member);
}

function taken(c: PrintContext, { shape, value }: FieldModel, from: string): string {
  const one = take(c, value);
  return shape === 'singular'
    ? `${one}(${from})`
    : `${codec(c, 'valid')}.${shape === 'map' ? 'map' : 'list'}(${from}, ${one})`;
}

/** The function that makes one value of what a caller gave. */
function take(c: PrintContext, value: ValueModel): string {
  if (value.kind === 'message') return valueRef(c, value.type, '$create');
  return value.kind === 'enum' ? taker(c, value.type) : `${codec(c, 'valid')}.${scalarInfo(value).readJson}`;
}
