import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { watch as watchFiles } from 'chokidar';
import { basename, join, sep } from 'node:path';
import { CliError } from '../cli-error.ts';
import { isGeneratedName } from '../project/generated-file.ts';
import { displayPath } from '../project/paths.ts';
import { findProject, type Project } from '../project/project.ts';
import { colorsOf } from '../ui/colors.ts';
import { count } from '../ui/count.ts';
import { generate, summary } from './generate.ts';
import { untilGitIsDone } from './git-lock.ts';
import { Saves } from './saves.ts';
import type { GenerationState } from './state.ts';

/**
 * Time in which nothing may happen before protos are read, in milliseconds: editors write a file in several steps, and
 * a checkout writes many. It has to be more than the 50 ms in which chokidar tells of one change of a file only, or the
 * last one of two is missed.
 */
const quietMs = 70;
/** The same before generated code is removed, since its proto may only be on its way to be written again. */
const quietBeforeRemovalMs = 500;

/**
 * Generates whenever a proto is saved, made or removed, or generated code is touched, until SIGINT or SIGTERM. What
 * does not compile is shown, and the next save is waited for. The process ends with it.
 * @throws {CliError} where the project's folder goes
 */
export async function watch(project: Project, force: boolean): Promise<void> {
  const { root, rpcDir } = project;
  const ended = new AbortController();
  const saves = new Saves(ended.signal);
  let outputs: ReadonlyMap<string, string> = new Map();
  // From above `rpc/`, which may be moved away and back.
  const watcher = watchFiles(root, {
    ignoreInitial: true,
    ignored: (path, stats) => isIgnored(path, stats?.isFile() === true, project),
  });
  watcher.on('all', (event, path) => {
    if (path === root) {
      if (event === 'unlinkDir') ended.abort(new CliError(`${displayPath(root)} is gone: nothing to watch`));
      return;
    }
    if (event !== 'addDir' || path === rpcDir) saves.add(path);
  });
  // What comes and goes before chokidar has looked is not in the events above.
  watcher.on('raw', (_event, name) => {
    if (isGeneratedName(name)) saves.touch();
  });
  watcher.on('error', (error) => show(error));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

  // Asked when all is quiet: within the 50 ms after its own work chokidar would not tell of somebody else's.
  const touchedOutputs = (): string[] =>
    [...outputs]
      .map(([path, hash]) => ({ file: join(rpcDir, path), hash }))
      .filter(({ file, hash }) => hashOf(file) !== hash)
      .map(({ file }) => file);
  const round = async (saved: readonly string[], all: boolean): Promise<void> => {
    await untilGitIsDone(root, ended.signal);
    const started = performance.now();
    // Read again: options in package.json may have changed.
    const plan = await generate(findProject(root), {
      force: all,
      beforeRemoval: async () => {
        await saves.quiet(quietBeforeRemovalMs);
        await untilGitIsDone(root, ended.signal);
      },
    });
    outputs = outputsOf(plan.state);
    const result = summary(plan, project, performance.now() - started);
    process.stdout.write(`${clock()} ${saved.length > 0 ? `${savedFiles(saved)}: ` : ''}${result}\n`);
  };
  const answer = async (saved: readonly string[], all = false): Promise<void> => {
    try {
      await round(saved, all);
    } catch (error) {
      // Ctrl-C ends protoc too, which is nobody's error.
      if (!ended.signal.aborted) show(error);
    }
  };

  await new Promise<void>((done) => watcher.once('ready', () => done()));
  process.stdout.write(`watching ${displayPath(rpcDir)}/; Ctrl-C ends\n`);
  // Watching comes first: a save while this runs is not missed.
  await answer([], force);
  try {
    for (;;) {
      /* oxlint-disable no-await-in-loop -- one round after the other */
      await saves.some();
      await saves.quiet(quietMs);
      const saved = saves.take().filter((path) => !isGeneratedName(path));
      saved.push(...touchedOutputs());
      if (saved.length > 0) await answer(saved);
      /* oxlint-enable no-await-in-loop */
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    await watcher.close();
    // A look that chokidar had begun may still watch a file, which would hold the process for good.
    setImmediate(() => process.exit());
  }
  const { reason } = ended.signal as { reason: unknown };
  if (reason instanceof CliError) throw reason;
}

/** Hashes of all generated files, by path below `rpc/`. */
function outputsOf({ protos }: GenerationState): Map<string, string> {
  return new Map(Object.values(protos).flatMap((proto) => Object.entries(proto.outputs)));
}

/** Undefined for no file. */
function hashOf(path: string): string | undefined {
  try {
    return hash('sha256', readFileSync(path), 'base64url');
  } catch {
    return undefined;
  }
}

function show(error: unknown): void {
  const shown = error instanceof CliError ? error.show(colorsOf(process.stderr)) : `pipit: ${String(error)}`;
  process.stderr.write(`${shown}\n`);
  process.stdout.write(`${clock()} waiting for the next save\n`);
}

function savedFiles([first = '', ...more]: readonly string[]): string {
  return more.length === 0
    ? displayPath(first)
    : `${displayPath(first)} and ${count(more.length, 'more file')}`;
}

function clock(): string {
  return colorsOf(process.stdout).dim(new Date().toTimeString().slice(0, 8));
}

/** Everything but `rpc/`, and in there everything but protos and what is generated from them. */
function isIgnored(path: string, isFile: boolean, { root, rpcDir }: Project): boolean {
  if (path === root || path === rpcDir) return false;
  const name = basename(path);
  return (
    !path.startsWith(rpcDir + sep) ||
    name.startsWith('.') ||
    name === 'node_modules' ||
    name === 'dist' ||
    (isFile && !name.endsWith('.proto') && !isGeneratedName(name))
  );
}
