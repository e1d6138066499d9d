import type { CheckArgument } from '@pipit/schema';
import { quote } from '../model/names.ts';
import type { EnumModel, ValueModel } from '../model/types.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { codec, importValue, type PrintContext } from './context.ts';
import { scalarInfo } from './scalars.ts';

/** A function of the runtime's `validate/`. */
export function helper(c: PrintContext, name: string): string {
  const isPattern = name === 'pattern' || name === 'bytesPattern';
  return c.imports.value(name, `${RUNTIME_PACKAGE}/validate${isPattern ? '/pattern' : ''}`);
}

/** The number of an enum that is a text in TypeScript. */
export function enumNumber(c: PrintContext, type: EnumModel, expression: string): string {
  return `${codec(c, 'enumNumber')}(${importValue(c, type, '$enum')}, ${expression})`;
}

/** A key as the rules see it; in the object it is a string. */
export function keyType(key: ValueModel): string {
  return key.kind === 'scalar' ? scalarInfo(key).type : 'string';
}

/** The function that makes a key of what it is in an object: a string. */
export function keyOf(c: PrintContext, key: ValueModel): string {
  switch (keyType(key)) {
    case 'number':
      return 'Number';
    case 'bigint':
      return 'BigInt';
    case 'boolean':
      return helper(c, 'isTrue');
    default:
      return 'String';
  }
}

/** A value in TypeScript. */
export function argument(value: CheckArgument): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object') return `[${value.map(argument).join(', ')}]`;
  return Object.is(value, -0) ? '-0' : String(value);
}
