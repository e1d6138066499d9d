import type {
  CelRule,
  CheckArgument,
  ElementCheck,
  FieldCheck,
  FieldSchema,
  ValueCheck,
} from '@pipit/schema';
import { quote } from '../model/names.ts';
import type { CheckModel, FieldModel, FileModel, MessageModel, ValueModel } from '../model/types.ts';
import { PluginError } from '../plugin-error.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import {
  celTypesName,
  fieldToCel,
  messageToCel,
  type Part,
  printCelRules,
  printCelTypes,
} from './check-cel.ts';
import { dateTs, generatedModule, importType, importValue, type PrintContext, zero } from './context.ts';
import { isText } from './enums.ts';
import { printHeader } from './header.ts';
import { isBytes, oneofAccess, presence } from './check-presence.ts';
import { argument, enumNumber, helper, keyOf, keyType } from './check-values.ts';
import { JsonKeys } from './json-keys.ts';
import { whyNotPattern } from './pattern.ts';
import { Imports, Printer, textOf } from './printer.ts';
import { scalarInfo } from './scalars.ts';

/** `<name>.check.ts`: the rules of a file's messages. There is none for a file without rules. */
export function printCheckFile(file: FileModel, options: PluginOptions): Uint8Array {
  const names = ['Date', ...file.checks.flatMap(({ message }) => [checkName(message), rulesName(message)])];
  const body = new Printer();
  const c: PrintContext = {
    p: body,
    imports: new Imports(names),
    file,
    options,
    codec: `${RUNTIME_PACKAGE}/codec`,
    keys: new JsonKeys(),
  };
  for (const model of file.checks) printMessageCheck(c, model);
  const head = new Printer();
  const types = new Printer();
  if (body.toString().includes(celTypesName)) printCelTypes({ ...c, p: types });
  printHeader(head, file);
  c.imports.print(head);
  return textOf(head, types, body);
}

/** The module that holds the rules of a file's messages. */
export function checkModuleOf({ file, options }: PrintContext, stem: string): string {
  return generatedModule(file, stem, 'check', options);
}

/** The export that `validate` and servers take. */
export function checkName({ name }: MessageModel): string {
  return `${name}$check`;
}

/** The function that other checks call. */
function rulesName({ name }: MessageModel): string {
  return `${name}$rules`;
}

/** Functions for items, keys and values, which are printed before the message that uses them. */
interface CheckContext extends PrintContext {
  readonly model: CheckModel;
}

/** The value that is checked: how it is read, where it is, and its type in TypeScript. */
interface Subject {
  readonly expression: string;
  /** The field, as an argument; empty for what the check is at already. */
  readonly at: string;
  readonly value: ValueModel | undefined;
}

function violations(c: PrintContext): string {
  return `v: ${c.imports.type('Violations', `${RUNTIME_PACKAGE}/validate`)}`;
}

/** Refuses rules that could not be applied. */
function verify(field: FieldSchema, check: ValueCheck | undefined): void {
  if (check === undefined) return;
  for (const { check: name, args } of check.rules) {
    if (name !== 'pattern' && name !== 'bytesPattern') continue;
    const why = whyNotPattern(String(args[0]));
    if (why !== undefined) throw cannot(field, 'pattern', `the pattern is not one of RE2's: ${why}`);
  }
  for (const inner of [check.items, check.keys, check.values]) verify(field, inner?.check);
}

function cannot(
  { file, path, name }: Pick<FieldSchema, 'file' | 'path' | 'name'>,
  rule: string,
  why: string,
): PluginError {
  return new PluginError(`${file.source.at(path)}: the rule ${rule} of ${name} cannot be applied: ${why}`);
}

function printMessageCheck(c: PrintContext, model: CheckModel): void {
  const { message, check } = model;
  for (const { field, check: value } of check.fields) verify(field, value);
  const own = new Printer();
  const context = { ...c, model };
  const type = importType(c, message);
  own.block(`export function ${rulesName(message)}(${violations(c)}, m: ${type}): void {`, () => {
    for (const field of check.fields) printField({ ...context, p: own }, field, c.p);
    if (check.cel.length > 0) {
      const name = `${message.name}$cel`;
      printCelRules(c, name, message.typeName, messageToCel(c, message), check.cel);
      own.line(`${name}(v, '', m);`);
    }
    for (const { fields, required } of check.oneofs) {
      const names = fields.map(({ name }) => quote(name)).join(', ');
      const set = fields.map((field) => presence(c, message, field).set()).join(', ');
      own.line(`${helper(c, 'oneOf')}(v, [${names}], ${required}, ${set});`);
    }
    for (const name of check.required) {
      own.line(`${helper(c, 'oneofRequired')}(v, ${quote(name)}, ${oneofAccess(message, name)});`);
    }
  });
  for (const line of own.toString().split('\n')) c.p.line(line);
  c.p.line();
  const checkType = c.imports.type('MessageCheck', `${RUNTIME_PACKAGE}/validate`);
  const value = importValue(c, message);
  c.p.doc(`The rules of ${message.typeName}.`);
  c.p.line(
    `export const ${checkName(message)}: ${checkType}<${type}> = /*#__PURE__*/ ${helper(c, 'messageCheck')}(${value}, ${rulesName(message)});`,
  );
  c.p.line();
}

/** @param functions where functions for what is inside are printed */
function printField(
  c: CheckContext,
  { field, required, onlyIfSet, check }: FieldCheck,
  functions: Printer,
): void {
  const { set, unset, expression, model } = presence(c, c.model.message, field);
  const at = quote(field.name);
  const body = new Printer();
  if (check !== undefined) {
    const subject = { expression, at, value: model.shape === 'singular' ? model.value : undefined };
    printValue({ ...c, p: body }, check, subject, model, functions);
  }
  const lines = linesOf(body);
  const print = (): void => lines.forEach((line) => c.p.line(line));
  if (required) {
    c.p.line(`if (${unset()}) ${helper(c, 'required')}(v, ${at});`);
    if (lines.length === 1) c.p.line(`else ${lines[0]}`);
    if (lines.length > 1) c.p.block('else {', print);
  } else if (onlyIfSet && lines.length === 1) c.p.line(`if (${set()}) ${lines[0]}`);
  else if (onlyIfSet) c.p.block(`if (${set()}) {`, print);
  else print();
}

function printValue(
  c: CheckContext,
  check: ValueCheck,
  subject: Subject,
  field: FieldModel,
  functions: Printer,
  part?: Part,
): void {
  const { expression, at } = subject;
  const printRules = (suffix: string, rules: readonly CelRule[]): void => {
    if (rules.length === 0) return;
    const name = `${partName(c.model, field, part)}$${suffix}`;
    const where = `${c.model.message.typeName}.${field.protoName}`;
    printCelRules({ ...c, p: functions }, name, where, fieldToCel(c, field, part), rules);
    c.p.line(`${name}(v, ${at}, ${expression});`);
  };
  printRules('cel', check.cel);
  if (check.message !== undefined) {
    const type = c.model.modelOf(check.message);
    c.p.line(`${helper(c, 'nested')}(v, ${at}, ${expression}, ${rulesRef(c, type)});`);
  }
  const value = formed(c, check, subject);
  for (const { check: name, args } of check.rules) {
    const list = ['v', at, value, ...args.map(argument)].join(', ');
    c.p.line(`${helper(c, name)}(${list});`);
  }
  printRules('predefined', check.predefined);
  const inner = (part: Part, element: ElementCheck | undefined, type: ValueModel): string => {
    if (element === undefined) return 'undefined';
    return printElement({ ...c, p: functions }, part, element, type, field, functions);
  };
  if (check.items !== undefined) {
    const name = inner('item', check.items, field.value);
    c.p.line(`${helper(c, 'eachItem')}(v, ${at}, ${expression}, ${name});`);
  }
  if (check.keys !== undefined || check.values !== undefined) {
    const names = [inner('key', check.keys, field.key!), inner('value', check.values, field.value)];
    c.p.line(
      `${helper(c, 'eachEntry')}(v, ${at}, ${expression}, ${keyOf(c, field.key!)}, ${names.join(', ')});`,
    );
  }
}

/** Prints the function that checks one item, key or value. @returns its name */
function printElement(
  c: CheckContext,
  part: Part,
  { except, check }: ElementCheck,
  value: ValueModel,
  field: FieldModel,
  functions: Printer,
): string {
  const name = partName(c.model, field, part);
  const isKey = part === 'key';
  const type = isKey ? keyType(value) : elementType(c, value);
  const body = new Printer();
  // A key is what it is, whatever 64-bit fields are.
  const subject = { expression: 'value', at: "''", value: isKey ? undefined : value };
  printValue({ ...c, p: body }, check, subject, field, functions, part);
  c.p.block(`function ${name}(${violations(c)}, value: ${type}): void {`, () => {
    if (except !== undefined) {
      const unset = isBytes(value)
        ? 'value.length === 0'
        : `value === ${isKey ? argument(except) : zeroOf(value, except)}`;
      c.p.line(`if (${unset}) return;`);
    }
    linesOf(body).forEach((line) => c.p.line(line));
  });
  c.p.line();
  return name;
}

function linesOf(printer: Printer): string[] {
  return printer
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

/** The name of what is printed for a field, or for a part of it. */
function partName({ message }: CheckModel, field: FieldModel, part: Part | undefined): string {
  const name = `${message.name}$${field.name.replaceAll(/\W/g, '$')}`;
  return part === undefined ? name : `${name}$${part}`;
}

/** The rules of a message, from wherever they are. */
function rulesRef(c: PrintContext, type: MessageModel): string {
  return type.stem === c.file.stem
    ? rulesName(type)
    : c.imports.value(rulesName(type), checkModuleOf(c, type.stem));
}

/** The value as its standard rules take it. */
function formed(c: PrintContext, { form }: ValueCheck, { expression, value }: Subject): string {
  if (value !== undefined && isText(value)) return enumNumber(c, value.type, expression);
  switch (form) {
    case 'wrapped':
      return `${expression}.value`;
    case 'nanos':
      return `${helper(c, isDate(value) ? 'nanosOfDate' : 'nanosOf')}(${expression})`;
    case 'paths':
      return `${expression}.paths`;
    case 'type_url':
      return `${expression}.typeUrl`;
    case 'value':
      return isLong(value) && value.int64 !== 'bigint' ? `BigInt(${expression})` : expression;
  }
}

function isLong(value: ValueModel | undefined): value is ValueModel & { kind: 'scalar' } {
  return value?.kind === 'scalar' && scalarInfo({ ...value, int64: 'bigint' }).type === 'bigint';
}

/** The zero of an item, which for 64-bit fields and enums may be a string. */
function zeroOf(value: ValueModel, except: CheckArgument): string {
  return isLong(value) || isText(value) ? zero(value) : argument(except);
}

function isDate(value: ValueModel | undefined): boolean {
  return value?.kind === 'message' && value.type.isDate === true;
}

function elementType(c: PrintContext, value: ValueModel): string {
  if (value.kind === 'scalar') return scalarInfo(value).type;
  return isDate(value) ? dateTs(c) : importType(c, value.type);
}
