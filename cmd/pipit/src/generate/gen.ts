import { CliError } from '../cli-error.ts';
import { recover } from '../files/transaction.ts';
import { installedVersion, runtimeSkew } from '../project/installed.ts';
import { displayPath } from '../project/paths.ts';
import { findProject, type Project } from '../project/project.ts';
import { colorsOf } from '../ui/colors.ts';
import { count } from '../ui/count.ts';
import { generate, showWarnings, summary } from './generate.ts';
import { type GenerationPlan, planGeneration } from './plan.ts';
import { pluginVersion } from './tools.ts';

/** The flags of `pipit gen`. */
export interface GenFlags {
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly against?: string;
  readonly force?: boolean;
  readonly root?: string;
}

/** More files than this are counted, not listed. */
const mostListed = 20;

/** Runs `pipit gen`. @throws {CliError} */
export async function gen(flags: GenFlags): Promise<void> {
  if (flags.check === true && flags.watch === true) {
    throw new CliError('--check and --watch do not go together: --check ends at once', { status: 2 });
  }
  if (flags.against !== undefined && flags.check !== true) {
    throw new CliError('--against goes with --check: `pipit gen --check --against COMMIT`', { status: 2 });
  }
  const project = findProject(flags.root);
  if (flags.check === true) {
    await check(project);
    if (flags.against === undefined) return;
    const { checkPast } = await import('../check/check.ts');
    return checkPast(project, { against: flags.against });
  }
  for (const line of await recover(project)) process.stderr.write(`${line}\n`);
  if (flags.watch === true) {
    const { watch } = await import('./watch.ts');
    return watch(project, flags.force === true);
  }
  const started = performance.now();
  const plan = await generate(project, { force: flags.force === true });
  for (const line of listing(plan)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${summary(plan, project, performance.now() - started)}\n`);
}

/** @throws {CliError} where generated code is not up to date, or the runtime is not the one that it needs */
async function check(project: Project): Promise<void> {
  const plan = await planGeneration(project);
  showWarnings(plan);
  for (const line of listing(plan)) process.stdout.write(`${line}\n`);
  if (plan.changes.length > 0) {
    const files = `${count(plan.changes.length, 'file')} ${plan.changes.length === 1 ? 'is' : 'are'}`;
    throw new CliError(`${files} not up to date: run \`pipit gen\``);
  }
  const runtime = installedVersion(project.root, '@pipit/runtime');
  const skew = runtime === undefined ? undefined : runtimeSkew(runtime, pluginVersion());
  if (skew !== undefined) throw new CliError(`@pipit/runtime is ${skew.problem}: ${skew.remedy}`);
  process.stdout.write(`${count(plan.protos.length, 'proto')}: generated code is up to date\n`);
}

function listing({ changes }: GenerationPlan): string[] {
  const colors = colorsOf(process.stdout);
  if (changes.length > mostListed) return [];
  return changes.map(({ path, content, before }) => {
    const what =
      content === null ? colors.red('removed') : before === null ? colors.green('new    ') : 'changed';
    return `${what}  ${displayPath(path)}`;
  });
}
