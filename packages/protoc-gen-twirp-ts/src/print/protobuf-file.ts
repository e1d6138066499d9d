import { quote } from '../model/names.ts';
import type { FileModel, MessageModel } from '../model/types.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { type NamedMethod, namedMethods } from './client-methods.ts';
import { importType, importValue, type PrintContext } from './context.ts';
import { printHeader } from './header.ts';
import { JsonKeys } from './json-keys.ts';
import { methodTraits } from './method-traits.ts';
import { Imports, Printer, textOf } from './printer.ts';

/**
 * `<name>.protobuf.ts`: a file's methods for the client that has only what they need, each a const of its own that names
 * one direction of each of its messages, so that bundlers leave out the rest.
 */
export function printProtobufFile(file: FileModel, options: PluginOptions): Uint8Array {
  const methods = namedMethods(file.services, []);
  const body = new Printer();
  const c: PrintContext = {
    p: body,
    imports: new Imports(methods.map(({ name }) => name)),
    // A file that declares nothing, beside the one that does.
    file: { ...file, messages: [], enums: [] },
    options,
    codec: `${RUNTIME_PACKAGE}/codec`,
    keys: new JsonKeys(),
  };
  for (const named of methods) printMethod(c, named);
  const head = new Printer();
  printHeader(head, file);
  c.imports.print(head);
  return textOf(head, body);
}

function printMethod(c: PrintContext, { name, service, method }: NamedMethod): void {
  const { p } = c;
  const { input, output, stream } = method;
  const module = `${RUNTIME_PACKAGE}/protobuf-client`;
  const type = c.imports.type(stream ? 'ProtobufStreamMethod' : 'ProtobufMethod', module);
  p.doc(method.comment || `${service.typeName}/${method.protoName}`, method.deprecated || service.deprecated);
  p.block(
    `export const ${name}: ${type}<${importType(c, input, input.initName)}, ${importType(c, output)}> = {`,
    () => {
      p.line(`service: ${quote(service.typeName)},`);
      p.line(`name: ${quote(method.protoName)},`);
      for (const trait of methodTraits(method)) p.line(`${trait},`);
      p.line(`write: ${importValue(c, input, '$write')},`);
      p.line(`read: ${importValue(c, output, '$read')},`);
      // What else is read is paid for by the pages that ask for it.
      if (stream) p.line(`stream: ${c.imports.value('serverStream', module)},`);
      else if (output.kind === 'download') {
        const download = c.imports.value('downloadOf', module);
        p.line(`download: ${download}(${importValue(c, output, '$create')}),`);
      } else if (output.kind === 'envelope') p.line(`data: ${importValue(c, dataOf(output), '$read')},`);
    },
    '};',
  );
  p.line();
}

/** The message in an envelope. */
function dataOf({ fields }: MessageModel): MessageModel {
  const data = fields.find(({ protoName }) => protoName === 'data')!.value;
  if (data.kind !== 'message') throw new Error('the data of an envelope is a message');
  return data.type;
}
