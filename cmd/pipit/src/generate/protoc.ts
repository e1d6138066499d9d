import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type FileDescriptor, readDescriptorSet } from '@pipit/schema';
import {
  type CodeGeneratorRequest,
  describe,
  type FileModel,
  generate,
  PluginError,
  rulesProtoPath,
} from 'protoc-gen-twirp-ts';
import { CliError } from '../cli-error.ts';
import type { Project } from '../project/project.ts';
import { slashed } from '../project/paths.ts';
import { protosOf } from '../project/protos.ts';
import { CompileError } from './compile-error.ts';
import { allProblems } from './all-problems.ts';
import { parseProblem, type Problem } from './problem.ts';
import { findProtoc } from './tools.ts';

/** The result of one run of protoc. */
export interface Compiled {
  /** The protos asked for and all they import, imports first. */
  readonly files: readonly FileDescriptor[];
  /** Those of protoc, and of the plugin once it has generated. */
  readonly warnings: readonly Problem[];
  /** The code of the protos asked for, by path below `rpc/`. @throws {CompileError} */
  generate(): Map<string, string>;
  /** The protos asked for as plain data. @throws {CompileError} */
  describe(): FileModel[];
}

/** EDITION_2024, the last one that the plugin supports. */
const latestEdition = 1001;

const utf8 = new TextDecoder();

interface RunOptions {
  /** Texts to take in place of the files under `rpc/`, or of files that are not there yet, by path below `rpc/`. */
  readonly overlay?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
}

/**
 * Runs protoc once.
 * protoc only compiles: the plugin runs in this process, which saves starting another one.
 * @param protos paths below `rpc/`: `user/v0/echo.proto`
 * @throws {CompileError} for protos that do not compile
 * @throws {CliError} where protoc cannot be run
 */
export async function runProtoc(
  project: Project,
  protos: readonly string[],
  options: RunOptions = {},
): Promise<Compiled> {
  const temporary = await mkdtemp(join(tmpdir(), 'pipit-'));
  try {
    const { overlay = new Map() } = options;
    const overlayDir = join(temporary, 'overlay');
    for (const [path, text] of overlay) {
      const file = join(overlayDir, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    // `rpc/` itself may be about to be made.
    const roots = [...(overlay.size > 0 ? [overlayDir] : []), project.rpcDir, ...project.includeDirs].filter(
      (root) => existsSync(root),
    );
    // The output of protoc in another folder is where the same file is, or would be, in the project.
    const fileOf = (name: string): string => {
      if (!isAbsolute(name)) {
        const found = roots.map((root) => join(root, name)).find((file) => existsSync(file));
        name = found ?? join(project.rpcDir, name);
      }
      const path = slashed(name);
      const inOverlay = `${slashed(overlayDir)}/`;
      return path.startsWith(inOverlay) ? join(project.rpcDir, path.slice(inOverlay.length)) : resolve(name);
    };
    const sources = new Map([...overlay].map(([path, text]) => [join(project.rpcDir, path), text]));
    const setFile = join(temporary, 'set');
    const compile = async (inputs: readonly string[]): Promise<{ failed: boolean; problems: Problem[] }> => {
      const { status, lines } = await protoc(
        temporary,
        [
          ...[...roots, rulesProtoPath].map((root) => `--proto_path=${root}`),
          '--include_imports',
          '--include_source_info',
          `--descriptor_set_out=${setFile}`,
          ...inputs,
        ],
        options.signal,
      );
      return { failed: status !== 0, problems: lines.map((line) => parseProblem(line, fileOf)) };
    };
    const { failed, problems } = await compile(protos);
    if (failed) throw new CompileError(await allProblems(project, protos, problems, compile), sources);
    const files = readDescriptorSet(await readFile(setFile));
    const tooNew = files.filter(({ edition }) => edition > latestEdition).map(({ name }) => name);
    if (tooNew.length > 0) {
      // What protoc says of a plugin; it does not know that one will run.
      const message =
        'an edition after 2024, of which protoc-gen-twirp-ts does not know: use edition = "2024"';
      throw new CompileError(
        tooNew.map((name) => parseProblem(`${name}: ${message}`, fileOf)),
        sources,
      );
    }
    return new Compilation(
      files,
      protos,
      project,
      problems,
      (message) => parseProblem(message, fileOf),
      sources,
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

class Compilation implements Compiled {
  readonly files: readonly FileDescriptor[];
  readonly warnings: Problem[];
  readonly #request: CodeGeneratorRequest;
  readonly #problem: (message: string) => Problem;
  readonly #sources: ReadonlyMap<string, string>;

  constructor(
    files: readonly FileDescriptor[],
    protos: readonly string[],
    project: Project,
    warnings: readonly Problem[],
    problem: (message: string) => Problem,
    sources: ReadonlyMap<string, string>,
  ) {
    this.files = files;
    this.warnings = [...warnings];
    this.#problem = problem;
    this.#sources = sources;
    const { pluginOptions: parameter } = project;
    // All of them are generated, if not now.
    const generatedElsewhere = existsSync(project.rpcDir) ? protosOf(project) : [];
    this.#request = { filesToGenerate: protos, parameter, files, generatedElsewhere };
  }

  generate(): Map<string, string> {
    const warn = (warning: string): void => void this.warnings.push(this.#problem(warning));
    return this.#run(
      () => new Map(generate(this.#request, warn).map(({ name, content }) => [name, utf8.decode(content)])),
    );
  }

  describe(): FileModel[] {
    return this.#run(() => describe(this.#request));
  }

  #run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof PluginError) throw new CompileError([this.#problem(error.message)], this.#sources);
      throw error;
    }
  }
}

/** @param folder a temporary one: protoc takes a name it finds from where it is for a path, before it looks further */
async function protoc(
  folder: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ status: number | null; lines: string[] }> {
  // In a file: hundreds of protos are more than a command line of Windows can hold.
  const argsFile = join(folder, 'args');
  await writeFile(argsFile, args.join('\n'));
  const { command } = findProtoc();
  const child = spawn(command, ['@args'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], signal });
  const chunks: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | null>((done, failed) => {
    child.on('error', (cause) => {
      failed(new CliError(`cannot run ${command}: ${cause.message}`, { cause }));
    });
    child.on('close', done);
  });
  const lines = Buffer.concat(chunks)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  if (status !== 0 && lines.length === 0) lines.push(`protoc ended with status ${status}`);
  return { status, lines };
}
