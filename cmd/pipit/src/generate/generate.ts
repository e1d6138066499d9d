import { applyFiles } from '../files/transaction.ts';
import type { Project } from '../project/project.ts';
import { colorsOf } from '../ui/colors.ts';
import { count } from '../ui/count.ts';
import { progressOn } from '../ui/progress.ts';
import { type GenerationPlan, planGeneration } from './plan.ts';
import { showProblem } from './problem.ts';
import { writeState } from './state.ts';

interface GenerateOptions {
  /** Generate everything, whatever is remembered. */
  readonly force?: boolean;
  /** Waited for before generated code is removed; then everything is looked at once more. */
  readonly beforeRemoval?: () => Promise<void>;
}

/**
 * Generates what is out of date, and writes it.
 * @throws {CompileError} for protos that do not compile
 */
export async function generate(project: Project, options: GenerateOptions = {}): Promise<GenerationPlan> {
  const { force = false, beforeRemoval } = options;
  const progress = progressOn(process.stderr);
  const planned = (): Promise<GenerationPlan> =>
    planGeneration(project, { force, progress: (text) => progress.say(text) });
  try {
    let plan = await planned();
    if (beforeRemoval !== undefined && plan.changes.some(({ content }) => content === null)) {
      await beforeRemoval();
      plan = await planned();
    }
    if (plan.changes.length > 0) {
      progress.say(`writing ${count(plan.changes.length, 'file')}`);
      await applyFiles(project, plan.changes);
    }
    if (plan.stateChanged) writeState(project, plan.state);
    progress.end();
    showWarnings(plan);
    return plan;
  } finally {
    progress.end();
  }
}

/** Writes what protoc and the plugin warn of to stderr. */
export function showWarnings({ warnings }: GenerationPlan): void {
  const colors = colorsOf(process.stderr);
  for (const problem of warnings) process.stderr.write(`${showProblem(problem, colors)}\n`);
}

/** One line that says what was done. */
export function summary(
  { changes, compiled, protos }: GenerationPlan,
  { rpcName }: Project,
  milliseconds: number,
): string {
  const removed = changes.filter(({ content }) => content === null).length;
  const written = changes.length - removed;
  const parts = [
    ...(written > 0 ? [`${count(written, 'file')} written`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  const time =
    milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  if (protos.length === 0 && changes.length === 0)
    return `no .proto under ${rpcName}: \`pipit rpc --server=NAME\` makes one`;
  if (changes.length === 0) return `${count(protos.length, 'proto')}: up to date (${time})`;
  return `${parts.join(', ')}; ${compiled.length} of ${count(protos.length, 'proto')} compiled (${time})`;
}
