import { dirname, join, resolve } from 'node:path';
import { ts } from 'ts-morph';
import type { Project } from '../../project/project.ts';
import { readText, realPath } from '../../files/disk.ts';
import { declarationsOf, isExported, modifiersOf } from './declarations.ts';

/** The thing a name stands for: an export of a module, followed to where it is declared. */
export interface Entity {
  /** The file it is declared in, or would be. */
  readonly path: string;
  /** Its name there; `*` for the module itself. */
  readonly name: string;
  /** Several where an interface and a const share a name; none where the module has no such export. */
  readonly nodes: readonly ts.Node[];
}

/**
 * The TypeScript files around a service, parsed when they are needed, with what is about to be generated in
 * place of what is on the disk. Names are followed through imports without a type checker: loading all that a
 * project imports takes seconds, and of it only a handful of files matters.
 */
export class Modules {
  readonly #project: Project;
  readonly #overlay: ReadonlyMap<string, string>;
  readonly #files = new Map<string, ts.SourceFile | undefined>();
  readonly #options = new Map<string, ts.CompilerOptions>();
  readonly #host: ts.ModuleResolutionHost;

  /** @param overlay texts by absolute path */
  constructor(project: Project, overlay: ReadonlyMap<string, string>) {
    this.#project = project;
    this.#overlay = new Map([...overlay].map(([path, text]) => [realPath(path), text]));
    this.#host = {
      fileExists: (path) => this.#overlay.has(realPath(path)) || ts.sys.fileExists(path),
      readFile: (path) => ts.sys.readFile(path),
      directoryExists: (path) => ts.sys.directoryExists(path),
      realpath: realPath,
      getCurrentDirectory: () => project.root,
    };
  }

  /** undefined for no such file, and for one that is not UTF-8. */
  file(path: string): ts.SourceFile | undefined {
    const real = realPath(path);
    if (!this.#files.has(real)) {
      const text = this.#overlay.get(real) ?? readText(real);
      this.#files.set(real, text === undefined ? undefined : parse(real, text));
    }
    return this.#files.get(real);
  }

  /** The thing a name at the top of a file stands for: `Echo`, or `echo.Echo` of a namespace import. */
  entity(file: ts.SourceFile, name: ts.Node): Entity | undefined {
    if (ts.isIdentifier(name)) return this.named(file, name.text);
    if (ts.isQualifiedName(name)) return this.#member(file, name.left, name.right.text);
    if (ts.isPropertyAccessExpression(name)) return this.#member(file, name.expression, name.name.text);
    return undefined;
  }

  named(file: ts.SourceFile, name: string, seen: ReadonlySet<string> = new Set()): Entity | undefined {
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) continue;
      const { name: byDefault, namedBindings } = statement.importClause;
      const from = this.target(statement, file);
      if (byDefault?.text === name) return this.exported(from, 'default', seen);
      if (namedBindings === undefined) continue;
      if (ts.isNamespaceImport(namedBindings)) {
        if (namedBindings.name.text === name) return { path: from, name: '*', nodes: [] };
        continue;
      }
      const found = namedBindings.elements.find((element) => element.name.text === name);
      if (found !== undefined) return this.exported(from, (found.propertyName ?? found.name).text, seen);
    }
    const nodes = declarationsOf(file, name);
    return nodes.length === 0 ? undefined : { path: realPath(file.fileName), name, nodes };
  }

  /** An export of a module. One that is not there has no nodes. */
  exported(path: string, name: string, seen: ReadonlySet<string> = new Set()): Entity {
    const none: Entity = { path, name, nodes: [] };
    const key = `${path}#${name}`;
    const file = this.file(path);
    if (file === undefined || seen.has(key)) return none;
    const followed = new Set(seen).add(key);
    const own = declarationsOf(file, name).filter((node) => isExported(node));
    if (own.length > 0) return { ...none, nodes: own };
    for (const statement of file.statements) {
      const found = ts.isExportDeclaration(statement)
        ? this.#reexported(file, statement, name, followed)
        : this.#byDefault(file, statement, name, followed);
      if (found !== undefined) return found;
    }
    return none;
  }

  /** The file that an import leads to, or would. A package that is not installed leads to its name. */
  target(statement: ts.ImportDeclaration | ts.ExportDeclaration, file: ts.SourceFile): string {
    const specifier = statement.moduleSpecifier;
    return specifier !== undefined && ts.isStringLiteral(specifier)
      ? this.#resolve(specifier.text, file.fileName)
      : '';
  }

  /** True if a file imports a module, or passes it on. */
  imports(path: string, module: string): boolean {
    const file = this.file(path);
    return (
      file?.statements.some(
        (statement) =>
          (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
          this.target(statement, file) === module,
      ) ?? false
    );
  }

  #resolve(specifier: string, from: string): string {
    const { resolvedModule } = ts.resolveModuleName(specifier, from, this.#optionsFor(from), this.#host);
    const found = resolvedModule?.resolvedFileName;
    if (found !== undefined && !found.endsWith('.d.ts')) return realPath(found);
    // A package of this workspace leads to what was built of it, or to nothing if nothing was: the source counts.
    return this.#inRpc(specifier) ?? (found === undefined ? unresolved(specifier, from) : realPath(found));
  }

  #inRpc(specifier: string): string | undefined {
    const parts = specifier.replace(/\.[cm]?[jt]s$/, '').split('/');
    for (const index of parts.keys()) {
      const path = `${join(this.#project.rpcDir, ...parts.slice(index))}.ts`;
      if (index > 0 && parts.length - index > 1 && this.#host.fileExists(path)) return realPath(path);
    }
    return undefined;
  }

  #member(file: ts.SourceFile, left: ts.Node, name: string): Entity | undefined {
    const module = this.entity(file, left);
    return module?.name === '*' ? this.exported(module.path, name) : undefined;
  }

  #reexported(
    file: ts.SourceFile,
    statement: ts.ExportDeclaration,
    name: string,
    seen: ReadonlySet<string>,
  ): Entity | undefined {
    const { exportClause, moduleSpecifier } = statement;
    const from = this.target(statement, file);
    if (exportClause === undefined) {
      const found = name === 'default' ? undefined : this.exported(from, name, seen);
      return found !== undefined && found.nodes.length > 0 ? found : undefined;
    }
    if (ts.isNamespaceExport(exportClause)) {
      return exportClause.name.text === name ? { path: from, name: '*', nodes: [] } : undefined;
    }
    const element = exportClause.elements.find((candidate) => candidate.name.text === name);
    if (element === undefined) return undefined;
    const original = (element.propertyName ?? element.name).text;
    return moduleSpecifier === undefined
      ? this.named(file, original, seen)
      : this.exported(from, original, seen);
  }

  #byDefault(
    file: ts.SourceFile,
    statement: ts.Statement,
    name: string,
    seen: ReadonlySet<string>,
  ): Entity | undefined {
    if (name !== 'default') return undefined;
    const path = realPath(file.fileName);
    if (ts.isExportAssignment(statement)) {
      const { expression } = statement;
      return ts.isIdentifier(expression)
        ? this.named(file, expression.text, seen)
        : { path, name, nodes: [expression] };
    }
    const isDefault = modifiersOf(statement).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    return isDefault ? { path, name, nodes: [statement] } : undefined;
  }

  #optionsFor(from: string): ts.CompilerOptions {
    const folder = dirname(from);
    let options = this.#options.get(folder);
    if (options === undefined) this.#options.set(folder, (options = compilerOptions(folder)));
    return options;
  }
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
}

function unresolved(specifier: string, from: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return realPath(resolve(dirname(from), specifier.replace(/\.[cm]?[jt]s$/, ''))) + '.ts';
}

/** The compiler options by which imports are resolved in a folder; Node's way where no tsconfig.json says. */
function compilerOptions(folder: string): ts.CompilerOptions {
  const fallback = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  const config = ts.findConfigFile(folder, (path) => ts.sys.fileExists(path));
  if (config === undefined) return fallback;
  const { config: json } = ts.readConfigFile(config, (path) => ts.sys.readFile(path)) as { config?: unknown };
  // Only the options are wanted: listing the files would walk the whole project.
  const host = {
    ...ts.sys,
    readDirectory: () => [],
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
  };
  return { ...fallback, ...ts.parseJsonConfigFileContent(json ?? {}, host, dirname(config)).options };
}
