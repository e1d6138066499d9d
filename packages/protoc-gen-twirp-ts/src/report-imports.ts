import { isWellKnown } from './model/well-known.ts';
import type { FileModel } from './model/types.ts';
import type { PluginOptions } from './options.ts';
import { mappedModule } from './print/context.ts';
import type { CodeGeneratorRequest } from './request.ts';

/** Names the imports that generated code has, but that nobody generates, in one warning. */
export function reportImports(
  files: readonly FileModel[],
  { filesToGenerate, generatedElsewhere = [] }: CodeGeneratorRequest,
  options: PluginOptions,
  warn: (warning: string) => void,
): void {
  const generated = new Set([...filesToGenerate, ...generatedElsewhere]);
  const isThere = (stem: string): boolean =>
    generated.has(`${stem}.proto`) ||
    (options.wellKnownTypes === 'import' && isWellKnown(stem)) ||
    mappedModule(stem, options) !== undefined;
  const missing = new Set<string>();
  let importer: FileModel | undefined;
  for (const file of files) {
    for (const stem of file.uses) {
      if (isThere(stem)) continue;
      importer ??= file;
      missing.add(`${stem}.proto`);
    }
  }
  if (importer === undefined) return;
  const [they, them] = missing.size === 1 ? ['is', 'it'] : ['are', 'them'];
  warn(
    `${importer.path}: warning: ${[...missing].join(', ')} ${they} imported but not generated: add ${them}, or map ${them} to a package with map_imports`,
  );
}
