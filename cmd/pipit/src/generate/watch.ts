import { watch as watchFiles } from 'chokidar';
import { basename } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { findProject, type Project } from '../project/project.ts';
import { colorsOf } from '../ui/colors.ts';
import { count } from '../ui/count.ts';
import { generate, summary } from './generate.ts';

/**
 * Time in which nothing may happen before protos are read, in milliseconds: editors write a file in several steps, and a checkout writes
 * many. It has to be more than the 50 ms in which chokidar tells of one change of a file only, or the last one of two
 * is missed.
 */
const quietMs = 70;

/**
 * Generates whenever a proto is saved, made or removed, until SIGINT or SIGTERM. What does not compile is shown, and
 * the next save is waited for.
 */
export async function watch(project: Project, force: boolean): Promise<void> {
  const watcher = watchFiles(project.rpcDir, {
    ignoreInitial: true,
    ignored: (path, stats) => isIgnored(path, stats?.isFile() === true, project),
  });
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const ended = new AbortController();

  const run = async (): Promise<void> => {
    // A save while code is generated is for the next round.
    while (changed.size > 0 && !ended.signal.aborted) {
      const saved = [...changed];
      changed.clear();
      await regenerate(project.root, saved, ended.signal);
    }
    running = undefined;
  };
  watcher.on('all', (event, path) => {
    if (!path.endsWith('.proto') && event !== 'unlinkDir') return;
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      running ??= run();
    }, quietMs);
  });
  watcher.on('error', (error) => show(error));

  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  await new Promise<void>((done) => watcher.once('ready', () => done()));
  process.stdout.write(`watching ${displayPath(project.rpcDir)}/; Ctrl-C ends\n`);
  // Watching comes first: a save while this runs is not missed.
  running = regenerate(project.root, [], ended.signal, force).then(run);
  await stopped;
  ended.abort();
  clearTimeout(timer);
  await watcher.close();
  // Half of the files is never left.
  await running;
}

/** @param saved absolute paths; none at the start */
async function regenerate(
  root: string,
  saved: readonly string[],
  ended: AbortSignal,
  force = false,
): Promise<void> {
  const started = performance.now();
  try {
    // Read again: options in package.json may have changed.
    const plan = await generate(findProject(root), force);
    const result = summary(plan, performance.now() - started);
    process.stdout.write(`${clock()} ${saved.length > 0 ? `${savedFiles(saved)}: ` : ''}${result}\n`);
  } catch (error) {
    // Ctrl-C ends protoc too, which is nobody's error.
    if (!ended.aborted) show(error);
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

function isIgnored(path: string, isFile: boolean, { rpcDir }: Project): boolean {
  if (path === rpcDir) return false;
  const name = basename(path);
  return (
    name.startsWith('.') || name === 'node_modules' || name === 'dist' || (isFile && !name.endsWith('.proto'))
  );
}
