import { quote } from '../model/names.ts';
import type { ExtensionModel, FileModel, MessageModel } from '../model/types.ts';
import { handWrittenJson, hasJsonValue } from '../model/well-known.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { entryReader, printRead } from './binary-read.ts';
import { printWrite } from './binary-write.ts';
import { codec, codecType, initTs, moduleOf, type PrintContext, typeRef, valueTs } from './context.ts';
import { printCreate, printNew } from './create.ts';
import { printReadForm } from './form.ts';
import { hasRequired, printWhole } from './required.ts';
import { defaultOf, hasDefaults, printDefaults } from './defaults.ts';
import { printEnum } from './enums.ts';
import { printFileComment, printHeader, printRuntimeCheck } from './header.ts';
import { JsonKeys } from './json-keys.ts';
import { printJsonFields, printReadJson, printWriteJson } from './json.ts';
import { printInit, printInterface } from './message-types.ts';
import { Imports, Printer, relativeImport, textOf } from './printer.ts';

/** The functions that go with every message beside its types. */
const FUNCTIONS = ['$defaults', '$new', '$whole', '$create', '$write', '$read', '$fields', '$readForm'];
const JSON_FUNCTIONS = ['$writeJson', '$readJson'];

/** `<name>.pb.ts`: the messages and enums of a file. First what users read, then the codecs. */
export function printPbFile(file: FileModel, options: PluginOptions): Uint8Array {
  const messages = [...file.messages, ...file.extensions.map(({ holder }) => holder)];
  const names = [
    ...messages.flatMap((message) => [message.name, message.initName, ...functions(message)]),
    ...file.enums.flatMap(({ name }) => [name, `${name}$enum`]),
    ...file.extensions.flatMap(({ name }) => [name, `${name}$default`]),
    // What a Timestamp may be made of.
    'Date',
  ];
  const body = new Printer();
  const c: PrintContext = {
    p: body,
    imports: new Imports(names),
    file,
    options,
    codec: `${RUNTIME_PACKAGE}/codec`,
    keys: new JsonKeys(),
  };
  for (const type of file.enums) {
    printEnum(c, type);
    body.line();
  }
  for (const message of file.messages) {
    printInterface(c, message);
    body.line();
    printInit(c, message);
    body.line();
    printMessageType(c, message);
    body.line();
    if (hasDefaults(message)) {
      printDefaults(c, message);
      body.line();
    }
  }
  for (const extension of file.extensions) {
    printExtension(c, extension);
    body.line();
  }
  const codecs = new Printer();
  for (const message of messages) printCodec({ ...c, p: codecs }, message);
  printJsonKeys(c);
  const head = new Printer();
  printHeader(head, file);
  printFileComment(head, file);
  c.imports.print(head);
  for (const stem of file.publicStems) head.line(`export * from ${quote(moduleOf(c, stem))};`);
  if (options.wellKnownTypes === 'import') printRuntimeCheck(head);
  // The runtime's own files need no check, but must be modules.
  else if (file.messages.length + file.enums.length + file.extensions.length === 0) head.line('export {};');
  return textOf(head, body, codecs);
}

/** The keys that reading and writing JSON share. */
function printJsonKeys(c: PrintContext): void {
  if (c.keys.size === 0) return;
  for (const [name, args] of c.keys.entries()) {
    c.p.line(`const ${name} = /*#__PURE__*/ ${codec(c, 'jsonKey')}(${args});`);
  }
  c.p.line();
}

function printMessageType(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const { name } = message;
  p.doc(`Makes, reads and writes ${name}.`);
  p.block(
    `export const ${name}: ${codecType(c, 'MessageType')}<${name}, ${initTs(c, message)}> = /*#__PURE__*/ ${codec(c, 'messageType')}(${quote(message.typeName)}, {`,
    () => {
      if (hasJsonValue(message)) p.line('jsonValue: true,');
      for (const part of ['create', 'write', 'read', 'writeJson', 'readJson', 'readForm']) {
        p.line(`${part}: ${name}$${part},`);
      }
    },
    '});',
  );
}

/** An extension: what `getExtension` and a registry take. */
function printExtension(c: PrintContext, extension: ExtensionModel): void {
  const { p } = c;
  const { name, holder } = extension;
  printInterface(c, holder);
  p.line();
  printInit(c, holder);
  p.line();
  printMessageType(c, holder);
  p.line();
  p.doc(extension.comment || `Extends ${extension.extendee.typeName}.`, extension.deprecated);
  const type = `${codecType(c, 'Extension')}<${typeRef(c, extension.extendee)}, ${holder.name}, ${holder.initName}>`;
  const { defaultValue, value } = holder.fields[0]!;
  p.line(
    `export const ${name}: ${type} = /*#__PURE__*/ ${codec(c, 'extension')}(${quote(extension.extendee.typeName)}, ${extension.number}, ${holder.name}${extension.messageSet ? ', true' : ''});`,
  );
  if (defaultValue === undefined) return;
  p.line();
  p.doc(`What an unset ${name} stands for: \`getExtension(m, ${name}) ?? ${name}$default\`.`);
  p.line(`export const ${name}$default: ${valueTs(c, value, false)} = ${defaultOf(holder.fields[0]!)};`);
}

function printCodec(c: PrintContext, message: MessageModel): void {
  const parts = [
    printNew,
    printCreate,
    printWrite,
    printRead,
    ...jsonParts(message),
    printReadForm,
    ...(hasRequired(message) ? [printWhole] : []),
  ];
  for (const print of parts) {
    print(c, message);
    c.p.line();
  }
}

function jsonParts(message: MessageModel): ((c: PrintContext, message: MessageModel) => void)[] {
  return handWrittenJson(message) === undefined
    ? [printWriteJson, printJsonFields, printReadJson]
    : [printHandWrittenJson];
}

/** The runtime's own files say what the JSON of most well-known types is. */
function printHandWrittenJson(c: PrintContext, message: MessageModel): void {
  const module = relativeImport(c.file.stem, `wkt/${handWrittenJson(message)!}`, '.ts');
  const names = ['$readJson', '$writeJson'].map((suffix) => c.imports.value(message.name + suffix, module));
  c.p.line(`export { ${names.join(', ')} };`);
}

function functions(message: MessageModel): string[] {
  const suffixes = handWrittenJson(message) === undefined ? [...FUNCTIONS, ...JSON_FUNCTIONS] : FUNCTIONS;
  const maps = message.fields.filter(({ shape }) => shape === 'map');
  return [
    ...suffixes.map((suffix) => message.name + suffix),
    ...maps.map((field) => entryReader(message, field)),
  ];
}
