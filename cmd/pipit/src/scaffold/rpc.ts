import { CliError } from '../cli-error.ts';
import { applyFiles, recover } from '../files/transaction.ts';
import { showProblem } from '../generate/problem.ts';
import { findProject } from '../project/project.ts';
import { colorsOf } from '../ui/colors.ts';
import { checkNames, type NameFlags } from './names.ts';
import { planRpc } from './plan.ts';
import { showApplied, showFinding, showPlan } from './report.ts';

/** The flags of `pipit rpc`. */
export interface RpcFlags extends NameFlags {
  readonly root?: string;
  readonly dryRun?: boolean;
}

/**
 * Runs `pipit rpc`: everything is planned, then written or not.
 * @throws {CliError} for names that cannot be used, and where something could not be placed
 */
export async function rpc(flags: RpcFlags): Promise<void> {
  const names = checkNames(flags);
  const project = findProject(flags.root, { create: true });
  const out = colorsOf(process.stdout);
  const err = colorsOf(process.stderr);
  const isDry = flags.dryRun === true;
  const told = isDry ? [] : await recover(project);
  for (const line of told) process.stderr.write(`${line}\n`);
  const plan = await planRpc(project, names);
  for (const problem of plan.warnings) process.stderr.write(`${showProblem(problem, err)}\n`);
  const lines = isDry ? showPlan(plan, out) : showApplied(plan, await applyFiles(project, plan.files), out);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  if (isDry && lines.length === 0) process.stdout.write('nothing to do\n');
  if (plan.findings.length > 0) {
    process.stderr.write('left to you:\n');
    for (const finding of plan.findings) process.stderr.write(`  ${showFinding(finding, plan, err)}\n`);
  }
  const failed = plan.findings.filter(({ failed }) => failed).length;
  if (failed > 0) {
    throw new CliError(
      `${failed === 1 ? 'one thing' : `${failed} things`} could not be done: see above, then run again`,
    );
  }
}
