import type { CelRule, TypedValue } from '@pipit/schema';
import { quote } from '../model/names.ts';
import type { FieldModel, MessageModel, ValueModel } from '../model/types.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { argument, keyOf } from './check-values.ts';
import { extensionOf, importValue, type PrintContext } from './context.ts';
import { isText } from './enums.ts';
import { relativeImport } from './printer.ts';

/** A part of a field that has rules of its own. */
export type Part = 'item' | 'key' | 'value';

/** The types that expressions of a file know. */
export const celTypesName = '$types';

function cel(c: PrintContext, name: string): string {
  return c.imports.value(name, `${RUNTIME_PACKAGE}/validate/cel`);
}

/** The types of the file, from its descriptor. */
export function printCelTypes(c: PrintContext): void {
  const module = relativeImport(c.file.stem, c.file.stem, `.descriptor${extensionOf(c.options)}`);
  c.p.line(
    `const ${celTypesName} = /*#__PURE__*/ ${cel(c, 'celTypes')}(${c.imports.value('descriptor', module)});`,
  );
}

/** Rules in CEL as a function that checks a value. @param toCel makes CEL's value of it */
export function printCelRules(
  c: PrintContext,
  name: string,
  where: string,
  toCel: string,
  rules: readonly CelRule[],
): void {
  const types = toCel.includes(celTypesName) ? `, ${celTypesName}` : '';
  c.p.block(
    `const ${name} = /*#__PURE__*/ ${cel(c, 'celRules')}(${quote(where)}, ${toCel}, [`,
    () => {
      for (const rule of rules) c.p.line(`{ ${partsOf(c, rule).join(', ')} },`);
    },
    `]${types});`,
  );
  c.p.line();
}

function partsOf(c: PrintContext, { id, message, expression, path, rule, rules }: CelRule): string[] {
  const parts = [`id: ${quote(id)}`];
  if (message !== '') parts.push(`message: ${quote(message)}`);
  parts.push(`expression: ${quote(expression)}`, `path: ${quote(path)}`);
  if (rule !== undefined) parts.push(`rule: ${literal(c, rule)}`);
  if (rules !== undefined) {
    const list = [...rules].map(([name, value]) => `${name}: ${literal(c, value)}`);
    parts.push(`rules: {${list.length === 0 ? '' : ` ${list.join(', ')} `}}`);
  }
  return parts;
}

/** A value of a rule as CEL sees it. */
function literal(c: PrintContext, { type, value }: TypedValue): string {
  const one =
    type === 'duration' || type === 'timestamp' ? `${cel(c, 'celTime')}(${quote(type)})` : scalar(c, type);
  if (Array.isArray(value)) return `${cel(c, 'celItems')}(${one})([${value.map(plain).join(', ')}])`;
  return `${one}(${plain(value)})`;
}

function plain(value: TypedValue['value']): string {
  if (value instanceof Uint8Array) return `new Uint8Array([${[...value].join(', ')}])`;
  return argument(value as string);
}

function scalar(c: PrintContext, type: string): string {
  return `${cel(c, 'celScalar')}(${quote(type)})`;
}

export function messageToCel(c: PrintContext, message: MessageModel): string {
  return `${cel(c, 'celMessage')}(${celTypesName}, ${importValue(c, message)})`;
}

/** The function that makes CEL's value of a field's, or of a part of it. */
export function fieldToCel(
  c: PrintContext,
  { shape, key, value }: FieldModel,
  part: Part | undefined,
): string {
  if (part === 'key') return valueToCel(c, key!);
  if (part !== undefined || shape === 'singular') return valueToCel(c, value);
  if (shape === 'repeated') return `${cel(c, 'celItems')}(${valueToCel(c, value)})`;
  return `${cel(c, 'celEntries')}(${keyOf(c, key!)}, ${valueToCel(c, key!)}, ${valueToCel(c, value)})`;
}

function valueToCel(c: PrintContext, value: ValueModel): string {
  if (value.kind === 'message') return messageToCel(c, value.type);
  if (isText(value)) return `${cel(c, 'celEnum')}(${importValue(c, value.type, '$enum')})`;
  return scalar(c, value.kind === 'enum' ? 'enum' : value.scalar);
}
