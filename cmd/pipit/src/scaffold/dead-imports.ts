import { basename, dirname, relative } from 'node:path';
import { ts } from 'ts-morph';
import type { Edit } from '../files/text.ts';
import { realPath } from '../files/disk.ts';
import { displayPath, slashed } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import type { Finding } from './typescript/finding.ts';
import type { Modules } from './typescript/modules.ts';

/** An import of a file below `rpc/` that is not there any more. */
interface DeadImport {
  readonly specifier: ts.StringLiteral;
  /** Absolute. */
  readonly target: string;
  /** The names that it imports, as the module calls them. */
  readonly names: readonly string[];
}

/** Something that a list of services imports, and the file that has it now. */
export interface Imported {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * The edits that have the imports of a service follow its folder, which was renamed; undefined where none of them is dead.
 * A file keeps its name when a folder is renamed, and so does what it exports.
 */
export function followFolder(
  project: Project,
  modules: Modules,
  list: ts.SourceFile,
  imported: readonly Imported[],
): Edit[] | undefined {
  const dead = deadImports(project, modules, list);
  const edits: Edit[] = [];
  for (const { name, path } of imported) {
    const found = dead.filter(
      ({ names, target }) => names.includes(name) && basename(target) === basename(path),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    const { specifier } = only;
    const end = /\.[cm]?[jt]s$/.exec(specifier.text)?.[0] ?? '';
    const module = slashed(relative(dirname(list.fileName), path)).replace(/\.ts$/, end);
    const text = module.startsWith('.') ? module : `./${module}`;
    // Between the quotes.
    edits.push({ from: specifier.getStart() + 1, to: specifier.end - 1, text });
  }
  return edits;
}

/** The imports that are dead, for the user to take out. */
export function reportDeadImports(project: Project, modules: Modules): Finding[] {
  const list = modules.file(project.servicesFile);
  if (list === undefined) return [];
  return deadImports(project, modules, list).map(({ specifier, target }) => ({
    path: list.fileName,
    at: specifier.parent.getStart(),
    message: `${displayPath(target)} is not there any more: take out this import, and what is served with it`,
    failed: false,
  }));
}

function deadImports(project: Project, modules: Modules, list: ts.SourceFile): DeadImport[] {
  const rpcDir = `${realPath(project.rpcDir)}/`;
  return list.statements.filter(ts.isImportDeclaration).flatMap((statement): DeadImport[] => {
    const target = modules.target(statement, list);
    if (!target.startsWith(rpcDir) || modules.file(target) !== undefined) return [];
    const bindings = statement.importClause?.namedBindings;
    const names =
      bindings !== undefined && ts.isNamedImports(bindings)
        ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
        : [];
    return [{ specifier: statement.moduleSpecifier as ts.StringLiteral, target, names }];
  });
}
