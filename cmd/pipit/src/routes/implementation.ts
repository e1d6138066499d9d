import { dirname, join, posix } from 'node:path';
import type { Project } from '../project/project.ts';
import { sourceFiles } from '../project/source-files.ts';
import { type Place, placeAt, SourceTree } from './source-tree.ts';
import type { Claim, TypeScriptFile } from './typescript-file.ts';

/** The place where a method is implemented. */
export interface Implementation extends Place {
  /** True if the method stands there; else what may have it does, into which pipit cannot look. */
  readonly certain: boolean;
}

/** A claim, and the file that makes it. */
interface Found extends Claim {
  readonly file: TypeScriptFile;
}

/**
 * Finds what implements services: classes, `Echo.serve({ … })`, objects and functions of the service's type. Read by
 * a parser alone, which takes a twentieth of the time of a compiler; what only types could tell is not certain.
 */
export class Implementations {
  readonly #project: Project;
  readonly #tree: SourceTree;
  readonly #paths: readonly string[];
  readonly #found = new Map<
    string,
    { readonly claims: readonly Found[]; readonly broken: readonly Place[] }
  >();

  private constructor(project: Project, tree: SourceTree) {
    this.#project = project;
    this.#tree = tree;
    this.#paths = sourceFiles(project.root);
  }

  /** Loads the parser, which commands that need none should not pay for. */
  static async of(project: Project): Promise<Implementations> {
    return new Implementations(project, new SourceTree(project, await import('oxc-parser')));
  }

  /**
   * The place of a method; undefined where nothing implements it.
   * @param proto path of the service's proto below `rpc/`
   * @param service name of the generated interface
   * @param method name in TypeScript
   */
  find(proto: string, service: string, method: string): Implementation | undefined {
    const key = `${proto}:${service}`;
    const { claims, broken } = this.#found.get(key) ?? this.#search(proto, service);
    this.#found.set(key, { claims, broken });
    const members = claims.map((claim) => ({
      ...claim,
      member: this.#tree.member(claim.file, claim.value, method),
    }));
    const sure = members.find(({ member }) => member?.certain === true);
    if (sure?.member !== undefined) return { ...sure.member.place, certain: true };
    // The compiler says so too: it lacks the method.
    if (members.some(({ checked, member }) => checked && member === undefined)) return undefined;
    const place = members.find(({ member }) => member !== undefined)?.member?.place ?? broken[0];
    return place === undefined ? undefined : { ...place, certain: false };
  }

  /** Beside the proto first; elsewhere a file has to mention the generated one. */
  #search(proto: string, service: string): { claims: Found[]; broken: Place[] } {
    const module = proto.replace(/\.proto$/, '.twirp');
    const generated = join(this.#project.rpcDir, module);
    const isNear = (path: string): boolean => dirname(path) === dirname(generated);
    const mentions = (path: string, text: string): boolean => this.#tree.text(path).includes(text);
    const paths = [
      ...this.#paths.filter((path) => isNear(path) && mentions(path, service)),
      ...this.#paths.filter((path) => !isNear(path) && mentions(path, `/${posix.basename(module)}`)),
    ];
    const claims: Found[] = [];
    const broken: Place[] = [];
    for (const path of paths) {
      const file = this.#tree.file(path);
      if (file.error !== undefined && (isNear(path) || mentions(path, module))) {
        broken.push(placeAt(file, file.error));
      }
      for (const claim of file.claims) {
        if (this.#tree.isService(file, claim.type, generated, service)) claims.push({ ...claim, file });
      }
    }
    return { claims, broken };
  }
}
