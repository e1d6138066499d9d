import { type Applied } from '../files/transaction.ts';
import { displayPath } from '../project/paths.ts';
import type { Colors } from '../ui/colors.ts';
import { unifiedDiff } from './diff.ts';
import type { Finding } from './typescript/finding.ts';
import type { RpcPlan } from './plan.ts';
import { readText } from '../files/disk.ts';

/** The lines that say what was done, one for each file. */
export function showApplied(plan: RpcPlan, applied: Applied, colors: Colors): string[] {
  return plan.files.map(({ path, done }) => {
    const state = applied.created.includes(path)
      ? colors.green('created  ')
      : applied.updated.includes(path)
        ? colors.green('updated  ')
        : colors.dim('unchanged');
    const note = done.length === 0 ? '' : ` ${colors.dim(`(${done.join('; ')})`)}`;
    return `${state} ${displayPath(path)}${note}`;
  });
}

/** The lines that say what would be done: generated files by name, the others as a diff. */
export function showPlan(plan: RpcPlan, colors: Colors): string[] {
  return plan.files.flatMap(({ path, before, content, isGenerated }) => {
    if (before === content) return [];
    const shown = displayPath(path);
    if (isGenerated) return [`${before === null ? 'would create' : 'would update'} ${shown} (generated)`];
    return unifiedDiff(shown, before, content)
      .trimEnd()
      .split('\n')
      .map((line) => colored(line, colors));
  });
}

function colored(line: string, colors: Colors): string {
  if (/^(?:---|\+\+\+) /.test(line)) return colors.bold(line);
  if (line.startsWith('@@')) return colors.cyan(line);
  if (line.startsWith('+')) return colors.green(line);
  return line.startsWith('-') ? colors.red(line) : line;
}

/** `file:line:column: message`. */
export function showFinding({ path, at, message, failed }: Finding, plan: RpcPlan, colors: Colors): string {
  const color = failed ? colors.red : colors.yellow;
  if (path === undefined) return color(message);
  const place = at === undefined ? '' : position(textOf(plan, path), at);
  return `${color(`${displayPath(path)}${place}`)}: ${message}`;
}

/** As it is once the plan is carried out. */
function textOf(plan: RpcPlan, path: string): string {
  return plan.files.find((file) => file.path === path)?.content ?? readText(path) ?? '';
}

function position(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  return `:${lines.length}:${lines.at(-1)!.length + 1}`;
}
