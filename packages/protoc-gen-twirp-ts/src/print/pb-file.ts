import { quote } from '../model/names.ts';
import type { FileModel, MessageModel } from '../model/types.ts';
import type { PluginOptions } from '../options.ts';
import { printRead, printWrite } from './binary.ts';
import { codec, codecType, type PrintContext } from './context.ts';
import { printCreate, printNew } from './create.ts';
import { printReadForm } from './form.ts';
import { printHeader } from './header.ts';
import { printJsonFields, printReadJson, printWriteJson } from './json.ts';
import { printEnum, printInit, printInterface } from './message-types.ts';
import { Imports, Printer } from './printer.ts';

/** What goes with every message beside its types. */
const FUNCTIONS = ['$new', '$create', '$write', '$read', '$writeJson', '$fields', '$readJson', '$readForm'];

/** `<name>.pb.ts`: the messages and enums of a file. First what users read, then the codecs. */
export function printPbFile(file: FileModel, options: PluginOptions): string {
  const names = [
    ...file.messages.flatMap(({ name, initName }) => [name, initName, ...FUNCTIONS.map((suffix) => name + suffix)]),
    ...file.enums.flatMap(({ name }) => [name, `${name}$enum`]),
  ];
  const body = new Printer();
  const c: PrintContext = { p: body, imports: new Imports(names), file, options };
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
  }
  for (const message of file.messages) printCodec(c, message);
  const head = new Printer();
  printHeader(head, file);
  c.imports.print(head);
  if (file.messages.length + file.enums.length === 0) head.line('export {};');
  return `${head.toString()}\n\n${body.toString().trimEnd()}\n`;
}

function printMessageType(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const { name } = message;
  p.doc(`Makes, reads and writes ${name}.`);
  p.block(
    `export const ${name}: ${codecType(c, 'MessageType')}<${name}, ${message.initName}> = /*#__PURE__*/ ${codec(c, 'messageType')}(${quote(message.typeName)}, {`,
    () => {
      for (const part of ['create', 'write', 'read', 'writeJson', 'readJson', 'readForm']) {
        p.line(`${part}: ${name}$${part},`);
      }
    },
    '});',
  );
}

function printCodec(c: PrintContext, message: MessageModel): void {
  const parts = [printNew, printCreate, printWrite, printRead, printWriteJson, printJsonFields, printReadJson, printReadForm];
  for (const print of parts) {
    print(c, message);
    c.p.line();
  }
}
