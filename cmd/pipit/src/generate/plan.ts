import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { FileChange } from '../files/transaction.ts';
import { compiledFiles } from '../project/compiled-files.ts';
import { displayPath } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import { filesUnder } from '../project/protos.ts';
import { isGenerated, isGeneratedName, mayBeReplaced, protoOf } from '../project/generated-file.ts';
import { count } from '../ui/count.ts';
import type { Problem } from './problem.ts';
import { type Compiled, runProtoc } from './protoc.ts';
import { staleProtos } from './stale.ts';
import { type GenerationState, noState, type ProtoState, readState } from './state.ts';
import { findProtoc, pluginVersion } from './tools.ts';

/** A generation that has not been written yet. */
export interface GenerationPlan {
  /** Files to write and to remove; none where everything is up to date. */
  readonly changes: readonly FileChange[];
  /** Protos of the project, and those that had to be compiled, below `rpc/`. */
  readonly protos: readonly string[];
  readonly compiled: readonly string[];
  readonly warnings: readonly Problem[];
  /** To be remembered once the changes are made, where it is not what is remembered. */
  readonly state: GenerationState;
  readonly stateChanged: boolean;
}

interface PlanOptions {
  /** Compile everything, whatever is remembered. */
  readonly force?: boolean;
  /** Told what is being done, for people who wait. */
  readonly progress?: (text: string) => void;
}

/**
 * Finds out what has to be generated and generates it, without writing anything.
 * @throws {CompileError} for protos that do not compile
 * @throws {CliError} where generated code would take the place of a file that is not generated
 */
export async function planGeneration(project: Project, options: PlanOptions = {}): Promise<GenerationPlan> {
  const { force = false, progress = () => undefined } = options;
  const tools = `protoc ${findProtoc().version}, plugin ${pluginVersion()}, ${project.pluginOptions}${includesOf(project)}`;
  const remembered = force ? noState : readState(project);
  const last = remembered.tools === tools ? remembered : noState;

  const files = filesUnder(project);
  const protos = files.filter((file) => file.endsWith('.proto'));
  const disk = new Disk(project);
  const hashes = new Map(protos.map((proto) => [proto, hashOf(disk.read(proto))]));
  const stale = staleProtos(
    last,
    protos,
    (name) => hashes.get(name) ?? '',
    (output) => hashOf(disk.read(output)),
  );
  if (stale.length > 0) progress(`compiling ${count(stale.length, 'proto')}`);
  const compiled = stale.length > 0 ? await runProtoc(project, stale) : undefined;
  if (stale.length > 0) progress(`generating code from ${count(stale.length, 'proto')}`);
  const code = compiled?.generate() ?? new Map<string, string>();

  const state = nextState(tools, last, hashes, stale, compiled, code);
  const outputs = new Set(Object.values(state.protos).flatMap((proto) => Object.keys(proto.outputs)));
  const changes = [
    ...writes(project, code, disk),
    ...removals(project, files, outputs, disk),
    ...compiledRemovals(project, outputs),
  ];
  const stateChanged = stale.length > 0 || Object.keys(last.protos).length !== protos.length;
  return { changes, protos, compiled: stale, warnings: compiled?.warnings ?? [], state, stateChanged };
}

function writes(project: Project, code: ReadonlyMap<string, string>, disk: Disk): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, content] of code) {
    const before = disk.read(path);
    if (before !== null && Buffer.compare(before, Buffer.from(content)) === 0) continue;
    const file = join(project.rpcDir, path);
    if (before !== null && !mayBeReplaced(before)) {
      throw new CliError(
        `${displayPath(file)} is not generated code, and code of ${protoOf(path)} would go there: rename one of them`,
      );
    }
    changes.push({ path: file, content, before });
  }
  return changes;
}

function removals(
  project: Project,
  files: readonly string[],
  outputs: ReadonlySet<string>,
  disk: Disk,
): FileChange[] {
  const orphans = files.filter((file) => isGeneratedName(file) && !outputs.has(file));
  return orphans.flatMap((file): FileChange[] => {
    const before = disk.read(file);
    if (before === null || !isGenerated(before)) return [];
    return [{ path: join(project.rpcDir, file), content: null, before }];
  });
}

/** The compiler leaves what it made of files that are gone, and whoever packs its output ships it. */
function compiledRemovals(project: Project, outputs: ReadonlySet<string>): FileChange[] {
  return [...compiledFiles(project)].flatMap(([source, paths]): FileChange[] => {
    if (!isGeneratedName(source) || outputs.has(source)) return [];
    const before = readOr(paths[0]!);
    // CommonJS has `"use strict"` above the first line.
    if (before === null || !mayBeReplaced(before)) return [];
    return paths.map((path) => ({ path, content: null, before: readOr(path) }));
  });
}

function nextState(
  tools: string,
  last: GenerationState,
  hashes: ReadonlyMap<string, string>,
  stale: readonly string[],
  compiled: Compiled | undefined,
  code: ReadonlyMap<string, string>,
): GenerationState {
  const protos: Record<string, ProtoState> = {};
  for (const proto of hashes.keys()) {
    const kept = last.protos[proto];
    if (kept !== undefined) protos[proto] = kept;
  }
  const outputs = new Map<string, Record<string, string>>();
  for (const [path, content] of code) {
    const own = outputs.get(protoOf(path)) ?? {};
    own[path] = hashOf(content);
    outputs.set(protoOf(path), own);
  }
  const described = new Map(compiled?.files.map((file) => [file.name, file]));
  for (const proto of stale) {
    const imports = described.get(proto)?.imports ?? [];
    protos[proto] = { hash: hashes.get(proto) ?? '', imports, outputs: outputs.get(proto) ?? {} };
  }
  return { tools, protos };
}

/** The state of the protos of others, of which nothing is kept: after any change of theirs everything is compiled. */
function includesOf({ includeDirs }: Project): string {
  const files = includeDirs.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.proto'))
      .map((path) => {
        const { size, mtimeMs } = statSync(join(folder, path));
        return `${path} ${size} ${mtimeMs}`;
      }),
  );
  return files.length === 0 ? '' : `, ${hashOf(files.sort().join('\n'))}`;
}

/** Files below `rpc/`, each read once. */
class Disk {
  readonly #project: Project;
  readonly #contents = new Map<string, Buffer | null>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** Null for a file that is not there. */
  read(path: string): Buffer | null {
    let content = this.#contents.get(path);
    if (content === undefined) {
      content = readOr(join(this.#project.rpcDir, path));
      this.#contents.set(path, content);
    }
    return content;
  }
}

function hashOf(content: Uint8Array | string | null): string {
  return content === null ? '' : hash('sha256', content, 'base64url');
}

function readOr(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
