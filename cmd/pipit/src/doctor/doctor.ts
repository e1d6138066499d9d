import { CliError } from '../cli-error.ts';
import { findProject } from '../project/project.ts';
import { type Colors, colorsOf } from '../ui/colors.ts';
import { padEnd, textWidth } from '../ui/text-width.ts';
import { type Finding, warn } from './finding.ts';
import { machineFindings } from './machine.ts';
import { projectFindings } from './project.ts';

/** The flags of `pipit doctor`. */
export interface DoctorFlags {
  readonly json?: boolean;
  readonly root?: string;
}

/** Runs `pipit doctor`. @returns the exit status: 1 where something fails */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const findings = [...(await machineFindings()), ...(await ofProject(flags.root))];
  const failed = findings.some(({ status }) => status === 'fail');
  if (flags.json === true) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else for (const line of lines(findings, colorsOf(process.stdout))) process.stdout.write(`${line}\n`);
  return failed ? 1 : 0;
}

async function ofProject(root: string | undefined): Promise<Finding[]> {
  let project;
  try {
    project = findProject(root);
  } catch (error) {
    if (root !== undefined || !(error instanceof CliError)) throw error;
    return [warn('project', 'none here', 'run this in a project, or make one with `pipit new DIR`')];
  }
  return projectFindings(project);
}

function lines(findings: readonly Finding[], colors: Colors): string[] {
  const width = Math.max(...findings.map(({ check }) => textWidth(check)));
  const color = { ok: colors.green, warn: colors.yellow, fail: colors.red };
  return findings.map(({ check, status, message, remedy }) => {
    const todo = remedy === null ? '' : `: ${remedy}`;
    return `${color[status](padEnd(status, 4))}  ${padEnd(check, width)}  ${message}${todo}`;
  });
}
