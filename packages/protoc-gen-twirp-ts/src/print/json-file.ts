import { propertyKey, quote } from '../model/names.ts';
import type { EnumModel, FieldModel, FileModel, MessageModel } from '../model/types.ts';
import { hasJsonValue, NULL_VALUE, VALUE } from '../model/well-known.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { type NamedMethod, namedMethods } from './client-methods.ts';
import type { PrintContext } from './context.ts';
import { printHeader, printRuntimeCheck } from './header.ts';
import { JsonKeys } from './json-keys.ts';
import {
  type Direction,
  jsonAlias,
  jsonName,
  jsonTs,
  listOf,
  mapOf,
  messageOrEnumTs,
  NO_FIELDS,
} from './json-type.ts';
import { memberDoc } from './message-types.ts';
import { methodTraits } from './method-traits.ts';
import { Imports, Printer, textOf } from './printer.ts';

/**
 * `<name>.json.ts`: a file's methods for the client without codecs, each a const of its own so that bundlers leave
 * out what is not called, and the types of its messages' JSON.
 */
export function printJsonFile(file: FileModel, options: PluginOptions): Uint8Array {
  const types = [
    ...file.enums.map((type) => jsonName(type, 'answered')),
    ...file.messages.flatMap((message) => [jsonName(message, 'answered'), jsonName(message, 'sent')]),
  ];
  const methods = namedMethods(file.services, types);
  const names = [...types, ...methods.map(({ name }) => name)];
  const body = new Printer();
  const c: PrintContext = {
    p: body,
    imports: new Imports(names),
    file,
    options,
    codec: `${RUNTIME_PACKAGE}/codec`,
    keys: new JsonKeys(),
  };
  for (const named of methods) printMethod(c, named);
  for (const type of file.enums) printEnum(c, type);
  for (const message of file.messages) {
    printMessage(c, message, 'answered');
    printMessage(c, message, 'sent');
  }
  const head = new Printer();
  printHeader(head, file);
  c.imports.print(head);
  if (options.wellKnownTypes === 'import') printRuntimeCheck(head);
  return textOf(head, body);
}

function printMethod(c: PrintContext, { name, service, method }: NamedMethod): void {
  const { p } = c;
  const module = `${RUNTIME_PACKAGE}/json-client`;
  const input = messageOrEnumTs(c, method.input, 'sent');
  const output = messageOrEnumTs(c, method.output, 'answered');
  const isDownload = method.output.kind === 'download';
  const response = isDownload ? `${c.imports.type('JsonDownload', module)}<${output}>` : output;
  const type = method.stream ? 'JsonStreamMethod' : 'JsonMethod';
  p.doc(method.comment || `${service.typeName}/${method.protoName}`, method.deprecated || service.deprecated);
  p.block(
    `export const ${name}: ${c.imports.type(type, module)}<${input}, ${response}> = {`,
    () => {
      p.line(`service: ${quote(service.typeName)},`);
      p.line(`name: ${quote(method.protoName)},`);
      for (const trait of methodTraits(method)) p.line(`${trait},`);
      // What reads one is paid for by the pages that download.
      if (method.stream) p.line(`stream: ${c.imports.value('serverStream', module)},`);
      if (isDownload) p.line(`download: ${c.imports.value('readDownload', module)},`);
      else if (hasJsonValue(method.output)) p.line("kind: 'value',");
    },
    '};',
  );
  p.line();
}

/** Names, and numbers the schema has no name for. */
function printEnum(c: PrintContext, type: EnumModel): void {
  const { p } = c;
  const name = jsonName(type, 'answered');
  p.doc(type.comment || type.typeName, type.deprecated);
  if (type.typeName === NULL_VALUE) p.line(`export type ${name} = null;`);
  else {
    p.block(
      `export type ${name} =`,
      () => {
        for (const value of type.values) {
          p.doc(value.comment, value.deprecated);
          p.line(`| ${quote(value.name)}`);
        }
        p.line('| number;');
      },
      null,
    );
  }
  p.line();
}

function printMessage(c: PrintContext, message: MessageModel, direction: Direction): void {
  const { p } = c;
  const name = jsonName(message, direction);
  if (direction === 'answered') p.doc(message.comment || message.typeName, message.deprecated);
  else p.doc(`JSON to be sent as ${message.name}: a field left out, or null, holds its default.`);
  const alias = jsonAlias(c, message, direction) ?? (message.fields.length === 0 ? NO_FIELDS : undefined);
  if (alias !== undefined) p.line(`export type ${name} = ${alias};`);
  else {
    p.block(`export interface ${name} {`, () => {
      for (const member of message.members) {
        if (member.oneof === undefined) printField(c, member, direction, memberDoc(member));
        else {
          const oneof = [`One of \`${member.protoName}\`: at most one is there.`, member.comment];
          for (const field of member.fields) printField(c, field, direction, [...memberDoc(field), ...oneof]);
        }
      }
    });
  }
  p.line();
}

function printField(c: PrintContext, field: FieldModel, direction: Direction, doc: readonly string[]): void {
  const isCamel = c.options.jsonClient === 'camel';
  const key = propertyKey(isCamel ? field.jsonKey : field.protoKey);
  const type = fieldTs(c, field, direction);
  c.p.doc(doc.filter((text) => text !== '').join('\n\n'), field.deprecated);
  if (direction === 'sent') c.p.line(`${key}?: ${orNull(type)} | undefined;`);
  else if (isLeftOut(field) || (isCamel && field.presence !== 'required')) c.p.line(`${key}?: ${type};`);
  else c.p.line(`${key}: ${isNullable(field) ? orNull(type) : type};`);
}

function fieldTs(c: PrintContext, { shape, value }: FieldModel, direction: Direction): string {
  const type = jsonTs(c, value, direction);
  if (shape === 'repeated') return listOf(type, direction);
  return shape === 'map' ? mapOf(type, direction) : type;
}

/** Reports whether a server leaves a field out while it is unset. */
function isLeftOut({ shape, value, presence, memberOf }: FieldModel): boolean {
  if (memberOf !== undefined) return true;
  if (shape !== 'singular' || presence !== 'explicit') return false;
  return value.kind !== 'message' || value.type.typeName === VALUE;
}

/** Reports whether a server writes a field as null while it is unset. */
function isNullable(field: FieldModel): boolean {
  const { shape, value, presence } = field;
  return shape === 'singular' && value.kind === 'message' && presence !== 'required' && !isLeftOut(field);
}

function orNull(type: string): string {
  return type === 'null' || type === 'JsonValue' ? type : `${type} | null`;
}
