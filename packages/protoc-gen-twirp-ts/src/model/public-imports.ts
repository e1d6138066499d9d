import { stemOf } from './names.ts';
import type { DeclaredFile } from './registry.ts';
import { isWellKnown } from './well-known.ts';

/** The public imports of files: whoever imports such a file has the types of what it imports publicly too. */
export class PublicImports {
  readonly #files: ReadonlyMap<string, DeclaredFile>;
  /** The names that each file exports, with the file that declares them. */
  readonly #exported = new Map<string, Map<string, string>>();

  constructor(files: ReadonlyMap<string, DeclaredFile>) {
    this.#files = files;
  }

  /**
   * The stems of the files whose code a file exports as its own. Left out are those for which there may be no code, and
   * those with a name that another one of them has: TypeScript allows no such two.
   * @param uses the stems of the files whose types it uses
   */
  of(path: string, uses: readonly string[] = []): string[] {
    const exported = new Map<string, string>();
    const stems: string[] = [];
    for (const imported of publicImportsOf(this.#files.get(path)!)) {
      const file = this.#files.get(imported);
      if (file === undefined) continue;
      const stem = codeOf(file);
      if (!file.isWanted && !isWellKnown(stem) && !uses.includes(stem)) continue;
      const names = this.#namesOf(imported);
      if ([...names].some(([name, from]) => (exported.get(name) ?? from) !== from)) continue;
      for (const [name, from] of names) exported.set(name, from);
      stems.push(stem);
    }
    return stems;
  }

  #namesOf(path: string): ReadonlyMap<string, string> {
    const known = this.#exported.get(path);
    if (known !== undefined) return known;
    const names = new Map<string, string>();
    this.#exported.set(path, names);
    const file = this.#files.get(path);
    if (file === undefined) return names;
    for (const imported of publicImportsOf(file)) {
      for (const [name, from] of this.#namesOf(imported)) names.set(name, from);
    }
    for (const [, { name, initName }] of file.messages) names.set(name, path).set(initName, path);
    for (const { name } of file.enums) names.set(name, path);
    for (const [, name] of file.extensions) names.set(name, path);
    return names;
  }
}

function publicImportsOf({ file }: DeclaredFile): string[] {
  const { imports, publicImports } = file.descriptor;
  return publicImports.flatMap((place) => imports[place] ?? []);
}

/** The stem of the file that the code of a file is in. */
function codeOf({ file, messages, enums }: DeclaredFile): string {
  const stem = stemOf(file.descriptor.name);
  const stems = new Set([...messages.map(([, model]) => model.stem), ...enums.map((model) => model.stem)]);
  return stems.size === 0 || stems.has(stem) ? stem : [...stems][0]!;
}
