import { type ScalarName, unescapeBytes } from '@pipit/schema';
import { propertyKey, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, ValueModel } from '../model/types.ts';
import { PluginError } from '../plugin-error.ts';
import { type PrintContext, valueTs, zero } from './context.ts';
import { literal } from './enum-literal.ts';
import { scalarInfo } from './scalars.ts';

/** `$defaults`: the defaults the schema declares. An unset field stays `undefined`, so that unset and default differ. */
export function printDefaults(c: PrintContext, message: MessageModel): void {
  const fields = message.fields.filter((field) => field.defaultValue !== undefined);
  const { p } = c;
  p.doc(`What unset fields of ${message.name} stand for: \`m.name ?? ${message.name}$defaults.name\`.`);
  p.block(
    `export const ${message.name}$defaults: {`,
    () => {
      for (const { name, value } of fields)
        p.line(`readonly ${propertyKey(name)}: ${valueTs(c, value, false)};`);
    },
    null,
  );
  p.block(
    '} = {',
    () => {
      for (const field of fields) p.line(`${propertyKey(field.name)}: ${defaultOf(field)},`);
    },
    '};',
  );
}

/** Reports whether the schema declares the default of a field of the message. */
export function hasDefaults(message: MessageModel): boolean {
  return message.fields.some(({ defaultValue }) => defaultValue !== undefined);
}

/** The value of a singular field that nobody has set. */
export function defaultOf({ value, defaultValue, protoName }: FieldModel): string {
  if (defaultValue === undefined) return zero(value);
  if (value.kind === 'enum') {
    return literal(value.type, value.type.values.find(({ name }) => name === defaultValue)!.number);
  }
  const { scalar } = value as ValueModel & { kind: 'scalar' };
  switch (scalarInfo(value as ValueModel & { kind: 'scalar' }).type) {
    case 'string':
      return quote(defaultValue);
    case 'bigint':
      return `${defaultValue}n`;
    case 'Uint8Array':
      return `/*#__PURE__*/ new Uint8Array([${unescapeBytes(defaultValue).join(', ')}])`;
    case 'boolean':
      return defaultValue;
    default:
      return numberLiteral(scalar, defaultValue, protoName);
  }
}

function numberLiteral(scalar: ScalarName, text: string, protoName: string): string {
  if (scalar === 'double' || scalar === 'float') {
    if (text === 'nan') return 'NaN';
    if (text.endsWith('inf')) return text.replace('inf', 'Infinity');
    return text;
  }
  if (!Number.isSafeInteger(Number(text))) {
    throw new PluginError(
      `the default of ${protoName}, ${text}, is beyond 2^53 and no exact number in JavaScript. Generate with int64=bigint or int64=string`,
    );
  }
  return text;
}
