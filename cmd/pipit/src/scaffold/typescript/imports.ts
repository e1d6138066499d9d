import { dirname, isAbsolute, relative } from 'node:path';
import { ts } from 'ts-morph';
import { slashed } from '../../project/paths.ts';
import { type Edit, lineStart, pascalCase } from '../../files/text.ts';
import { propertyNameOf, walk } from './declarations.ts';
import { afterComments, appendToList } from './list.ts';
import type { Modules } from './modules.ts';
import type { Style } from './style.ts';

/** The modules that something can be imported from. */
export interface Source {
  /** Paths of modules that export it, or a package's name; the first is what a new import is written with. */
  readonly modules: readonly string[];
}

interface Wanted {
  readonly name: string;
  readonly local: string;
  readonly source: Source;
  readonly isType: boolean;
}

/** The imports of one file: what is there is used, what is missing is added to the list that fits. */
export class Imports {
  readonly #modules: Modules;
  readonly #file: ts.SourceFile;
  readonly #style: Style;
  readonly #extension: string;
  readonly #sorted: boolean;
  readonly #wanted: Wanted[] = [];
  readonly #edits: Edit[] = [];
  readonly #replaced = new Set<ts.ImportSpecifier>();
  readonly #removed = new Set<ts.ImportSpecifier>();
  readonly #taken: Set<string>;

  /**
   * @param extension how relative imports end, where the file has none to follow
   * @param options.sorted put new lines where they belong among the others, so that branches can be merged
   */
  constructor(
    modules: Modules,
    file: ts.SourceFile,
    style: Style,
    extension: string,
    { sorted = false }: { readonly sorted?: boolean } = {},
  ) {
    this.#sorted = sorted;
    this.#modules = modules;
    this.#file = file;
    this.#style = style;
    this.#extension = style.importEnd ?? extension;
    this.#taken = declaredNames(file);
  }

  /** The name of a type in this file; imported if it is not yet. */
  type(name: string, source: Source): string {
    return this.#use(name, source, true);
  }

  value(name: string, source: Source): string {
    return this.#use(name, source, false);
  }

  /**
   * The name that takes the place of an imported type. Where `uses` are all there are of the old one, its own import is
   * renamed or goes: an import of what is not generated any more would not compile.
   * @param uses the references that are about to be replaced
   */
  replaceType(old: ts.Identifier, uses: readonly ts.Node[], name: string, source: Source): string {
    const specifier = this.#specifierOf(old.text);
    const all = specifier === undefined ? [] : referencesTo(this.#file, old.text, specifier);
    const isLast = specifier !== undefined && all.every((reference) => uses.includes(reference));
    const isHere = this.#find(name, source, true) !== undefined;
    if (!isLast || this.#replaced.has(specifier)) return this.type(name, source);
    this.#replaced.add(specifier);
    if (isHere) {
      this.#removed.add(specifier);
      return this.type(name, source);
    }
    const fits = this.#isFrom(specifier.parent.parent.parent as ts.ImportDeclaration, source);
    if (!fits || this.#taken.has(name)) return this.type(name, source);
    const original = specifier.propertyName ?? specifier.name;
    // `HelloRequest as Hi` becomes `Other as Hi`: what the user calls it stays.
    const local = specifier.propertyName === undefined ? name : specifier.name.text;
    this.#edits.push({ from: original.getStart(), to: original.end, text: name });
    this.#wanted.push({ name, local, source: { modules: [] }, isType: true });
    this.#taken.add(local);
    return local;
  }

  /** The edits to make. */
  changes(): Edit[] {
    const added = this.#wanted.filter(({ source }) => source.modules.length > 0);
    const lists = new Map<ts.NamedImports, Wanted[]>();
    const lines = new Map<string, Wanted[]>();
    for (const wanted of added) {
      const list = this.#listFor(wanted);
      if (list !== undefined) lists.set(list, [...(lists.get(list) ?? []), wanted]);
      else {
        const key = `${wanted.isType} ${wanted.source.modules[0]}`;
        lines.set(key, [...(lines.get(key) ?? []), wanted]);
      }
    }
    const edits = [...this.#edits, ...removals(this.#file.text, this.#removed)];
    for (const [list, items] of lists) edits.push(...this.#extend(list, items));
    const rest: string[] = [];
    for (const line of [...lines.values()].map((items) => this.#line(items))) {
      const place = this.#sorted ? this.#placeAmong(line) : undefined;
      if (place === undefined) rest.push(line);
      else edits.push({ from: place, to: place, text: line + this.#style.eol });
    }
    if (rest.length > 0) edits.push(this.#newLines(rest));
    return edits;
  }

  #use(name: string, source: Source, isType: boolean): string {
    const found = this.#find(name, source, isType);
    if (found !== undefined) return found;
    let local = this.#taken.has(name) ? this.#byFolder(name, source) : name;
    for (let n = 1; this.#taken.has(local); n++) local = `${name}$${n}`;
    this.#taken.add(local);
    this.#wanted.push({ name, local, source, isType });
    return local;
  }

  /** The name with a folder that tells it from the other of this name: `OrdersV2`, `AdminUser`; else as it is. */
  #byFolder(name: string, source: Source): string {
    const other = this.#specifierOf(name)?.parent.parent.parent as ts.ImportDeclaration | undefined;
    if (other === undefined) return name;
    const theirs = foldersOf(this.#modules.target(other, this.#file));
    const names = foldersOf(source.modules.at(-1) ?? '')
      .filter((folder) => /^[a-z]\w*$/.test(folder) && !theirs.includes(folder))
      .map((folder) => (/^v\d/.test(folder) ? name + pascalCase(folder) : pascalCase(folder) + name));
    return names.findLast((each) => !this.#taken.has(each)) ?? name;
  }

  /** Its name in this file, if it is imported. */
  #find(name: string, source: Source, isType: boolean): string | undefined {
    const wanted = this.#wanted.find((other) => other.name === name && (isType || !other.isType));
    if (wanted !== undefined) return wanted.local;
    let namespace: string | undefined;
    for (const declaration of this.#declarations()) {
      const clause = declaration.importClause;
      const bindings = clause?.namedBindings;
      if (clause === undefined || bindings === undefined || !this.#isFrom(declaration, source)) continue;
      if (!isType && isTypeOnly(clause)) continue;
      if (ts.isNamespaceImport(bindings)) namespace ??= `${bindings.name.text}.${name}`;
      else {
        const element = bindings.elements.find(
          (candidate) =>
            (candidate.propertyName ?? candidate.name).text === name && (isType || !candidate.isTypeOnly),
        );
        if (element !== undefined) return element.name.text;
      }
    }
    return namespace;
  }

  #listFor({ source, isType }: Wanted): ts.NamedImports | undefined {
    const lists = this.#declarations().flatMap((declaration) => {
      const clause = declaration.importClause;
      const bindings = clause?.namedBindings;
      if (clause === undefined || bindings === undefined || !ts.isNamedImports(bindings)) return [];
      if (!this.#isFrom(declaration, source) || (!isType && isTypeOnly(clause))) return [];
      return [{ bindings, typeOnly: isTypeOnly(clause) }];
    });
    return (lists.find(({ typeOnly }) => typeOnly === isType) ?? lists[0])?.bindings;
  }

  #extend(list: ts.NamedImports, items: readonly Wanted[]): Edit[] {
    const typeOnly = isTypeOnly(list.parent);
    const texts = items.map(({ name, local, isType }) => {
      const renamed = name === local ? name : `${name} as ${local}`;
      return isType && !typeOnly ? `type ${renamed}` : renamed;
    });
    const range = { items: list.elements, start: list.getStart(), end: list.end - 1 };
    return appendToList(this.#file.text, range, texts, this.#style, { space: ' ' });
  }

  #line(items: readonly Wanted[]): string {
    const { quote, semicolon } = this.#style;
    const [first] = items;
    const names = items.map(({ name, local }) => (name === local ? name : `${name} as ${local}`)).join(', ');
    const from = this.#specifier(first!.source.modules[0]!);
    return `import ${first!.isType ? 'type ' : ''}{ ${names} } from ${quote}${from}${quote}${semicolon}`;
  }

  /** The specifier of a module in this file: a path relative to it, or a package. */
  #specifier(module: string): string {
    if (!isAbsolute(module)) return module;
    const path = module.replace(/\.[cm]?tsx?$/, '');
    const shown = slashed(relative(dirname(this.#file.fileName), path));
    return `${shown.startsWith('..') ? '' : './'}${shown}${this.#extension}`;
  }

  /** The start of the import that a new one goes before; undefined where it goes last. */
  #placeAmong(line: string): number | undefined {
    const { text } = this.#file;
    const from = (statement: string): string => /(['"])(.*)\1[^'"]*$/.exec(statement)?.[2] ?? '';
    const own = from(line);
    // Packages and relative paths are sorted apart.
    const others = this.#declarations().filter(
      (declaration) => from(declaration.getText()).startsWith('.') === own.startsWith('.'),
    );
    const isSorted = others.every(
      (other, i) => i === 0 || from(others[i - 1]!.getText()) <= from(other.getText()),
    );
    const next = isSorted ? others.find((other) => from(other.getText()) > own) : undefined;
    if (next === undefined) return undefined;
    const start = next.getStart();
    const hasComment = text.slice(next.getFullStart(), start).trim() !== '';
    return hasComment || lineStart(text, start) !== start ? undefined : start;
  }

  #newLines(lines: readonly string[]): Edit {
    const { text } = this.#file;
    const last = this.#declarations().at(-1);
    const { eol } = this.#style;
    if (last !== undefined) {
      const at = afterComments(text, last.end);
      return { from: at, to: at, text: lines.map((line) => eol + line).join('') };
    }
    const at = this.#file.statements[0]?.getStart(this.#file, true) ?? text.length;
    return { from: at, to: at, text: `${lines.map((line) => line + eol).join('')}${eol}` };
  }

  #declarations(): ts.ImportDeclaration[] {
    return this.#file.statements.filter((statement) => ts.isImportDeclaration(statement));
  }

  #isFrom(declaration: ts.ImportDeclaration, { modules }: Source): boolean {
    const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
    return modules.includes(specifier) || modules.includes(this.#modules.target(declaration, this.#file));
  }

  #specifierOf(local: string): ts.ImportSpecifier | undefined {
    return this.#declarations()
      .map(({ importClause }) => importClause?.namedBindings)
      .flatMap((bindings) =>
        bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : [],
      )
      .find(({ name }) => name.text === local);
  }
}

/** Names of the folders that a module lies in. */
function foldersOf(module: string): string[] {
  return module.split('/').slice(0, -1);
}

function isTypeOnly(clause: ts.ImportClause): boolean {
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** Every name that something in the file declares, at any depth. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(file, (node) => {
    const { name } = node as ts.NamedDeclaration;
    // A property's name is not a variable.
    if (name === undefined || !ts.isIdentifier(name)) return;
    if (ts.isPropertyAccessExpression(node) || ts.isClassElement(node) || ts.isTypeElement(node)) return;
    if (ts.isObjectLiteralElementLike(node) && propertyNameOf(node.name) !== undefined) return;
    names.add(name.text);
  });
  return names;
}

function referencesTo(file: ts.SourceFile, name: string, specifier: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  walk(file, (node) => {
    if (ts.isIdentifier(node) && node.text === name && node.parent !== specifier) found.push(node);
  });
  return found;
}

/** Items of import lists, each with its comma. A comment beside one keeps it. */
function removals(text: string, removed: ReadonlySet<ts.ImportSpecifier>): Edit[] {
  return [...removed].flatMap((item): Edit[] => {
    const { elements } = item.parent;
    const index = elements.indexOf(item);
    const next = elements[index + 1];
    const kept = elements.slice(index).some((other) => !removed.has(other));
    const previous = elements[index - 1];
    const edit =
      kept && next !== undefined
        ? { from: item.getStart(), to: next.getStart(), text: '' }
        : { from: previous?.end ?? item.getStart(), to: item.end, text: '' };
    const gone = text.slice(edit.from, edit.to);
    return /[/*]/.test(gone) ? [] : [edit];
  });
}
