import { CliError } from '../cli-error.ts';
import type { GenFlags } from '../commands/gen.ts';
import { applyFiles, recover } from '../files/transaction.ts';
import { displayPath } from '../project/paths.ts';
import { findProject, type Project } from '../project/project.ts';
import { colorsOf } from '../ui/colors.ts';
import { progressOn } from '../ui/progress.ts';
import { count, type GenerationPlan, planGeneration } from './plan.ts';
import { showProblem } from './problem.ts';
import { writeState } from './state.ts';

/** More files than this are counted, not listed. */
const LISTED = 20;

/** Runs `pipit gen`. @throws {CliError} */
export async function gen(flags: GenFlags): Promise<void> {
  if (flags.check === true && flags.watch === true) {
    throw new CliError('--check and --watch do not go together: --check ends at once', { status: 2 });
  }
  const project = findProject(flags.root);
  if (flags.check === true) return check(project);
  for (const line of await recover(project)) process.stderr.write(`${line}\n`);
  if (flags.watch === true) {
    const { watch } = await import('./watch.ts');
    return watch(project, flags.force === true);
  }
  const started = performance.now();
  const plan = await generate(project, flags.force === true);
  for (const line of listing(plan)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${summary(plan, performance.now() - started)}\n`);
}

/**
 * Generates what is out of date, and writes it.
 * @throws {CompileError} for protos that do not compile
 */
export async function generate(project: Project, force = false): Promise<GenerationPlan> {
  const progress = progressOn(process.stderr);
  try {
    const plan = await planGeneration(project, { force, progress: (text) => progress.say(text) });
    if (plan.changes.length > 0) {
      progress.say(`writing ${count(plan.changes.length, 'file')}`);
      await applyFiles(project, plan.changes);
    }
    if (plan.stateChanged) writeState(project, plan.state);
    progress.end();
    warn(plan);
    return plan;
  } finally {
    progress.end();
  }
}

/** @throws {CliError} where generated code is not up to date */
async function check(project: Project): Promise<void> {
  const plan = await planGeneration(project);
  warn(plan);
  for (const line of listing(plan)) process.stdout.write(`${line}\n`);
  if (plan.changes.length > 0) {
    const files = `${count(plan.changes.length, 'file')} ${plan.changes.length === 1 ? 'is' : 'are'}`;
    throw new CliError(`${files} not up to date: run \`pipit gen\``);
  }
  process.stdout.write(`${count(plan.protos.length, 'proto')}: generated code is up to date\n`);
}

function warn({ warnings }: GenerationPlan): void {
  const colors = colorsOf(process.stderr);
  for (const problem of warnings) process.stderr.write(`${showProblem(problem, colors)}\n`);
}

function listing({ changes }: GenerationPlan): string[] {
  const colors = colorsOf(process.stdout);
  if (changes.length > LISTED) return [];
  return changes.map(({ path, content, before }) => {
    const what =
      content === null ? colors.red('removed') : before === null ? colors.green('new    ') : 'changed';
    return `${what}  ${displayPath(path)}`;
  });
}

/** What was done, in one line. */
export function summary({ changes, compiled, protos }: GenerationPlan, milliseconds: number): string {
  const removed = changes.filter(({ content }) => content === null).length;
  const written = changes.length - removed;
  const parts = [
    ...(written > 0 ? [`${count(written, 'file')} written`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  const time =
    milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  if (protos.length === 0 && changes.length === 0)
    return 'no .proto under rpc/: `pipit rpc --server=NAME` makes one';
  if (changes.length === 0) return `${count(protos.length, 'proto')}: up to date (${time})`;
  return `${parts.join(', ')}; ${compiled.length} of ${count(protos.length, 'proto')} compiled (${time})`;
}
