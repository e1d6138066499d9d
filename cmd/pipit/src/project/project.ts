import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath, slashed } from './paths.ts';
import { compilerOptions, tsconfigOf } from './tsconfig.ts';

/** A folder with a package.json and protos under `rpc/`. Paths are absolute. */
export interface Project {
  readonly root: string;
  /** The folder of the protos, and beside them of generated code and classes: `rpc/`. */
  readonly rpcDir: string;
  /** The same below the project, as messages name it: `rpc/`, or `src/rpc/`. */
  readonly rpcName: string;
  /** Folders of protos of others, which are compiled where they are imported, and not generated. */
  readonly includeDirs: readonly string[];
  /** The list of what the server serves; where it will be, if it is not there yet. */
  readonly servicesFile: string;
  /** The ending of relative imports: `.ts`, `.js`, or none. */
  readonly importEnding: '.ts' | '.js' | '';
  /** `--twirp-ts_opt` of this project. */
  readonly pluginOptions: string;
  /** The folder that the command line keeps for itself, git-ignored: `.pipit/`. */
  readonly stateDir: string;
}

/** The part of a package.json that is for this command line. */
interface Manifest {
  readonly pipit?: {
    /** The folder of the protos; default `rpc`. */
    readonly rpc?: string;
    /** Folders that imports are looked up in after it: `["third_party"]`. */
    readonly include?: readonly string[];
    /** Options of the plugin, by name: `{ "int64": "string" }`. One that may be given more than once takes a list. */
    readonly options?: Readonly<Record<string, string | boolean | readonly string[]>>;
  };
}

const servicesFiles = ['cmd/server/src/services.ts', 'cmd/server/services.ts'];
/** Where the list of services will be, if there is no folder that it might be in. */
const newServicesFile = 'cmd/server/services.ts';

/**
 * The project around a folder: the nearest one upward that has a package.json and `rpc/`.
 * @param root the folder given with `--root`; the working directory without it
 * @param options.create a package.json is enough: `rpc/` will be made
 * @throws {CliError} where there is none
 */
export function findProject(root?: string, options: { readonly create?: boolean } = {}): Project {
  const start = resolve(root ?? '.');
  if (root !== undefined && !isFolder(start)) {
    throw new CliError(`--root ${root} is not a folder`, { status: 2 });
  }
  const folders = upward(start).filter((folder) => existsSync(join(folder, 'package.json')));
  const found =
    folders.find((folder) => isFolder(rpcDirOf(folder))) ??
    (options.create === true ? folders[0] : undefined);
  if (found === undefined) {
    const where = root === undefined ? 'here' : `in ${displayPath(start)}`;
    throw new CliError(
      folders.length === 0
        ? `no project ${where} or above: no package.json. Make one with \`pipit new DIR\`, or say where it is with --root`
        : `no project ${where} or above: no ${rpcNameOf(folders[0]!)} beside a package.json. Make a service with \`pipit rpc --server=NAME\`, or say where the project is with --root`,
    );
  }
  return projectAt(found);
}

function projectAt(root: string): Project {
  const { options = {}, include = [] } = readManifest(root).pipit ?? {};
  const rpcDir = rpcDirOf(root);
  const pluginOptions: Readonly<Record<string, string | boolean | readonly string[]>> = {
    import_extension: importExtensionOf(root),
    json_client: 'true',
    ...options,
  };
  return {
    root,
    rpcDir,
    rpcName: rpcNameOf(root),
    includeDirs: include.map((folder) => includeDir(root, folder)),
    servicesFile: servicesFileOf(root, rpcDir),
    importEnding: endings[String(pluginOptions['import_extension'])] ?? '.js',
    pluginOptions: Object.entries(pluginOptions)
      .flatMap(([name, value]) => [value].flat().map((each) => `${name}=${String(each)}`))
      .join(','),
    stateDir: join(root, '.pipit'),
  };
}

/** The list of services where the scaffold has it, or beside a folder of protos that is not at the top: `src/services.ts`. */
function servicesFileOf(root: string, rpcDir: string): string {
  const beside = dirname(rpcDir) === root ? [] : [join(dirname(rpcDir), 'services.ts')];
  const files = [...servicesFiles.map((file) => join(root, file)), ...beside];
  return (
    files.find((file) => existsSync(file)) ??
    files.find((file) => existsSync(dirname(file))) ??
    join(root, newServicesFile)
  );
}

function rpcDirOf(root: string): string {
  return resolve(root, rpcNameOf(root));
}

/** @throws {CliError} for a folder outside of the project */
function rpcNameOf(root: string): string {
  const { rpc = 'rpc' } = readManifest(root).pipit ?? {};
  const inside = typeof rpc === 'string' ? slashed(relative(root, resolve(root, rpc))) : '';
  if (inside === '' || inside.startsWith('../') || isAbsolute(inside)) {
    throw new CliError(
      `${displayPath(join(root, 'package.json'))}: pipit.rpc is ${JSON.stringify(rpc)}, but must be a folder below the project, for example "src/rpc"`,
    );
  }
  return `${inside}/`;
}

/** @throws {CliError} for a folder that is not there */
function includeDir(root: string, folder: string): string {
  const path = resolve(root, folder);
  if (isFolder(path)) return path;
  throw new CliError(
    `${displayPath(join(root, 'package.json'))}: pipit.include names ${JSON.stringify(folder)}, which is not a folder: make it, or take it out`,
  );
}

const endings: Readonly<Record<string, Project['importEnding']>> = { ts: '.ts', js: '.js', none: '' };

/**
 * The compiler has to allow imports that end in `.ts`; where it does, they work everywhere. One that writes nothing leaves
 * the code to a bundler, and webpack, as in Next, finds no `.ts` file by the name of the `.js` that nobody makes of it.
 */
function importExtensionOf(root: string): 'ts' | 'js' | 'none' {
  const options = compilerOptions(tsconfigOf(root, rpcDirOf(root)));
  if (options['rewriteRelativeImportExtensions'] === true || options['allowImportingTsExtensions'] === true)
    return 'ts';
  const resolution = String(options['moduleResolution']).toLowerCase();
  return options['noEmit'] === true && resolution === 'bundler' ? 'none' : 'js';
}

function readManifest(root: string): Manifest {
  const file = join(root, 'package.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (cause) {
    throw new CliError(`${displayPath(file)} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function upward(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upward(above)];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
