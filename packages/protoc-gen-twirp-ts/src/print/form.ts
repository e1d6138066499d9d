import { propertyAccess, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel } from '../model/types.ts';
import { codecType, type PrintContext, valueRef } from './context.ts';
import { hasRequired } from './required.ts';
import { scalarInfo } from './scalars.ts';

/** The kinds of fields a form cannot hold, in the words of its error. */
const REFUSED = { enum: 'an enum', message: 'a message', scalar: 'a map' } as const;

/** `$readForm`: the message from form values (wire.md, Form). */
export function printReadForm(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const { name } = message;
  // An unused parameter has a name that says so, for noUnusedParameters.
  const parameter = message.members.length === 0 ? '_form' : 'form';
  p.block(`function ${name}$readForm(${parameter}: ${codecType(c, 'FormReader')}): ${name} {`, () => {
    p.line(`const m = ${name}$new();`);
    for (const member of message.members) {
      if (member.oneof === true) for (const field of member.fields) printField(c, field, member);
      else printField(c, member, undefined);
    }
    p.line(hasRequired(message) ? `return ${name}$whole(m, form);` : 'return m;');
  });
}

function printField(c: PrintContext, field: FieldModel, oneof: OneofModel | undefined): void {
  const { p } = c;
  const { value } = field;
  const names = [
    quote(field.protoKey),
    ...(field.jsonKey === field.protoKey ? [] : [quote(field.jsonKey)]),
  ].join(', ');
  const method = readCall(c, field, names);
  if (method === undefined) {
    p.line(`form.refuse(${quote(field.shape === 'map' ? 'a map' : REFUSED[value.kind])}, ${names});`);
    return;
  }
  if (oneof === undefined) {
    const access = `m${propertyAccess(field.name)}`;
    p.line(`${access} = ${method} ?? ${access};`);
    return;
  }
  const access = `m${propertyAccess(oneof.name)}`;
  const local = `$${field.number}`;
  p.line(`const ${local} = ${method};`);
  p.block(`if (${local} !== undefined) {`, () => {
    p.line(`form.oneof(${access}, ${quote(oneof.protoName)}, ${quote(field.protoName)});`);
    p.line(`${access} = { case: ${quote(field.name)}, value: ${local} };`);
  });
}

/** The call that reads the field; undefined where a form cannot hold it. */
function readCall(c: PrintContext, { shape, value }: FieldModel, names: string): string | undefined {
  if (shape === 'map' || value.kind === 'enum') return undefined;
  const plural = shape === 'repeated' ? 's' : '';
  if (value.kind === 'scalar') return `form.${scalarInfo(value).form}${plural}(${names})`;
  // A message of the download shape holds a file.
  return value.type.kind === 'download'
    ? `form.file${plural}(${valueRef(c, value.type)}, ${names})`
    : undefined;
}
