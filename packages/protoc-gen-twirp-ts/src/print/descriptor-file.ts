import { quote } from '../model/names.ts';
import type { FileModel } from '../model/types.ts';
import { isWellKnown } from '../model/well-known.ts';
import type { PluginOptions } from '../options.ts';
import { RUNTIME_PACKAGE } from '../version.ts';
import { generatedModule } from './context.ts';
import { printHeader } from './header.ts';
import { Printer, textOf } from './printer.ts';

/** Characters of base64 on a line. */
const lineLength = 100;

/** `<name>.descriptor.ts`: the schema of a file for those who ask for it at run time. */
export function printDescriptorFile(file: FileModel, options: PluginOptions): Uint8Array {
  const p = new Printer();
  printHeader(p, file);
  p.line(`import type { FileSource } from '${RUNTIME_PACKAGE}';`);
  const imports = file.uses.map((stem, i) => ({
    local: `$${i + 1}`,
    from: descriptorModule(file, stem, options),
  }));
  for (const { local, from } of imports) p.line(`import { descriptor as ${local} } from ${quote(from)};`);
  p.line();
  p.doc(`${file.path} as a google.protobuf.FileDescriptorProto: with comments, without positions.`);
  p.block(
    'export const descriptor: FileSource = {',
    () => {
      p.line(`path: ${quote(file.path)},`);
      p.line(`imports: [${imports.map(({ local }) => local).join(', ')}],`);
      const text = Buffer.from(file.descriptor()).toString('base64');
      p.line('base64:');
      for (let at = 0; at < text.length; at += lineLength) {
        const isLast = at + lineLength >= text.length;
        p.line(`  '${text.slice(at, at + lineLength)}'${isLast ? ',' : ' +'}`);
      }
    },
    '};',
  );
  return textOf(p);
}

function descriptorModule(file: FileModel, stem: string, options: PluginOptions): string {
  if (options.wellKnownTypes === 'import' && isWellKnown(stem))
    return `${RUNTIME_PACKAGE}/descriptor/${stem}`;
  return generatedModule(file, stem, 'descriptor', options);
}
