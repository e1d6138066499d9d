import type { FieldSchema } from '@pipit/schema';
import { propertyAccess, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel, ValueModel } from '../model/types.ts';
import { helper } from './check-values.ts';
import { type PrintContext, zero } from './context.ts';

/** A field of a message as checks look at it: code, where `m` is the message. */
interface Presence {
  readonly model: FieldModel;
  readonly expression: string;
  /** Code for either question, which may import what it needs: asked for by who prints it. */
  readonly set: () => string;
  readonly unset: () => string;
}

/** How a field is read, and how it is told whether it is set. */
export function presence(c: PrintContext, message: MessageModel, { name }: FieldSchema): Presence {
  const model = message.fields.find(({ protoName }) => protoName === name)!;
  if (model.memberOf !== undefined) {
    const access = oneofAccess(message, model.memberOf);
    const member = quote(model.name);
    return {
      model,
      expression: `${access}.value`,
      set: () => `${access}?.case === ${member}`,
      unset: () => `${access}?.case !== ${member}`,
    };
  }
  const expression = `m${propertyAccess(model.name)}`;
  const comparison = (which: 0 | 1) => () => comparisons(c, model, expression)[which];
  return { model, expression, set: comparison(0), unset: comparison(1) };
}

/** The value of a oneof: which member is set, and what it is. */
export function oneofAccess({ members }: MessageModel, protoName: string): string {
  const oneof = members.find(
    (member): member is OneofModel => member.oneof === true && member.protoName === protoName,
  )!;
  return `m${propertyAccess(oneof.name)}`;
}

function comparisons(
  c: PrintContext,
  { shape, value, presence }: FieldModel,
  expression: string,
): [string, string] {
  if (shape === 'map') {
    const count = `${helper(c, 'size')}(${expression})`;
    return [`${count} > 0`, `${count} === 0`];
  }
  if (shape === 'repeated' || (presence === 'implicit' && isBytes(value))) {
    return [`${expression}.length > 0`, `${expression}.length === 0`];
  }
  if (presence !== 'implicit') return [`${expression} !== undefined`, `${expression} === undefined`];
  if (value.kind === 'scalar' && value.scalar === 'bool') return [expression, `!${expression}`];
  if (value.kind === 'scalar' && (value.scalar === 'double' || value.scalar === 'float')) {
    // -0 is a value to send.
    return [`!Object.is(${expression}, 0)`, `Object.is(${expression}, 0)`];
  }
  return [`${expression} !== ${zero(value)}`, `${expression} === ${zero(value)}`];
}

export function isBytes(value: ValueModel): boolean {
  return value.kind === 'scalar' && value.scalar === 'bytes';
}
