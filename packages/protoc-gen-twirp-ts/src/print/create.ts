import { propertyAccess, propertyKey, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel } from '../model/types.ts';
import { codec, type PrintContext, valueRef } from './context.ts';
import { defaultOf } from './defaults.ts';

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
  p.block(`export function ${message.name}$create(init?: ${message.initName}): ${message.name} {`, () => {
    p.line(`const m = ${message.name}$new();`);
    p.line('if (init === undefined) return m;');
    for (const member of message.members) {
      const access = propertyAccess(member.name);
      p.line(`if (init${access} !== undefined) m${access} = ${copied(c, member, `init${access}`)};`);
    }
    p.line('if (init.$unknown !== undefined) m.$unknown = [...init.$unknown];');
    p.line('return m;');
  });
}

function initial(c: PrintContext, member: FieldModel | OneofModel): string {
  if (member.oneof === true) return 'undefined';
  if (member.shape === 'repeated') return '[]';
  if (member.shape === 'map') return `${codec(c, 'emptyMap')}()`;
  return member.presence === 'explicit' ? 'undefined' : defaultOf(member);
}

function copied(c: PrintContext, member: FieldModel | OneofModel, from: string): string {
  if (member.oneof === true) {
    // The last of a oneof that holds nothing but messages needs no test, and TypeScript does not narrow by one.
    let expression = member.fields.some(({ value }) => value.kind !== 'message') ? from : '';
    for (const field of [...member.fields].reverse()) {
      if (field.value.kind !== 'message') continue;
      const name = quote(field.name);
      const copy = `{ case: ${name}, value: ${valueRef(c, field.value.type, '$create')}(${from}.value) }`;
      expression = expression === '' ? copy : `${from}.case === ${name} ? ${copy} : ${expression}`;
    }
    return expression;
  }
  const create = member.value.kind === 'message' ? valueRef(c, member.value.type, '$create') : undefined;
  if (member.shape === 'repeated') {
    return create === undefined ? `[...${from}]` : `${from}.map((item) => ${create}(item))`;
  }
  if (member.shape === 'map') {
    return create === undefined
      ? `${codec(c, 'copyMap')}(${from})`
      : `${codec(c, 'copyMap')}(${from}, ${create})`;
  }
  return create === undefined ? from : `${create}(${from})`;
}
