import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Schema } from '@pipit/schema';
import { CliError } from '../cli-error.ts';
import { CompileError } from '../generate/compile-error.ts';
import { parseProblem, showProblem } from '../generate/problem.ts';
import { runProtoc } from '../generate/protoc.ts';
import { displayPath } from '../project/paths.ts';
import { findProject, type Project } from '../project/project.ts';
import { protosOf } from '../project/protos.ts';
import { type Colors, colorsOf } from '../ui/colors.ts';
import { count } from '../ui/count.ts';
import { AcceptedChanges } from './accepted.ts';
import { showBreaks } from './compare/breaks.ts';
import { type Finding, keyOf } from './compare/finding.ts';
import { compareSchemas, type Version } from './compare/schemas.ts';
import { pastOf } from './past.ts';

/** The flags of `pipit check`. */
export interface CheckFlags {
  readonly against?: string;
  readonly accept?: boolean;
  readonly root?: string;
}

/** Runs `pipit check`. @throws {CliError} where a change breaks callers and is not accepted */
export async function check(flags: CheckFlags): Promise<void> {
  await checkPast(findProject(flags.root), flags);
}

/** Compares a project's protos with older ones, and says what breaks callers. @throws {CliError} as `check` does */
export async function checkPast(
  project: Project,
  { against = 'HEAD', accept = false }: CheckFlags,
): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'pipit-'));
  try {
    const past = await pastOf(project, against, temporary);
    const old =
      past === undefined ? undefined : await pastVersion({ ...project, rpcDir: past.rpcDir }, against);
    if (past === undefined || old === undefined) {
      process.stdout.write(`${against} has no protos: there is nothing to compare with\n`);
      return;
    }
    const accepted = AcceptedChanges.of(project);
    const findings = compareSchemas(old, await versionOf(project));
    const open = findings.filter((finding) => !accepted.has(keyOf(finding)));
    const colors = colorsOf(process.stdout);
    for (const finding of open) {
      const rpcDir = finding.inOld ? past.rpcDir : project.rpcDir;
      process.stdout.write(`${showFinding(finding, rpcDir, against, colors)}\n\n`);
    }
    conclude({ open, accepted, known: findings.length - open.length, against, accept });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** @throws {CliError} where something is left that nobody accepted */
function conclude({
  open,
  accepted,
  known,
  against,
  accept,
}: {
  readonly open: readonly Finding[];
  readonly accepted: AcceptedChanges;
  /** The number of findings that were accepted before. */
  readonly known: number;
  readonly against: string;
  readonly accept: boolean;
}): void {
  const before = known === 0 ? '' : `; ${count(known, 'change')} accepted before`;
  if (open.length === 0) {
    process.stdout.write(`against ${against}: nothing that breaks callers${before}\n`);
    return;
  }
  const changes = `${count(open.length, 'change')} ${open.length === 1 ? 'breaks' : 'break'} callers`;
  if (!accept)
    throw new CliError(
      `${changes}${before}: go the other way, or decide for it with \`pipit check --accept\``,
    );
  accepted.add(open.map(keyOf));
  process.stdout.write(`${changes}: accepted in ${displayPath(accepted.path)}, to be committed\n`);
}

/** @throws {CliError} for older protos that do not compile */
async function pastVersion(project: Project, against: string): Promise<Version | undefined> {
  try {
    const version = await versionOf(project);
    return version.protos.size === 0 ? undefined : version;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    const first = error.problems[0]?.message ?? error.message;
    throw new CliError(`the protos of ${against} do not compile (${first}): compare with another commit`, {
      cause: error,
    });
  }
}

/** @throws {CompileError} */
async function versionOf(project: Project): Promise<Version> {
  const protos = protosOf(project);
  // protoc takes no empty list.
  const files = protos.length === 0 ? [] : (await runProtoc(project, protos)).files;
  return { schema: new Schema(files), protos: new Set(protos) };
}

function showFinding(finding: Finding, rpcDir: string, against: string, colors: Colors): string {
  const { subject, what, at, inOld, breaks, instead } = finding;
  const message = `${at}: ${subject} ${what}`;
  // What is gone has a place in the older protos only: that of the project's file of the same name.
  const head = inOld
    ? `${colors.bold(at)} (in ${against}): ${subject} ${what}`
    : showProblem(
        parseProblem(message, (name) => join(rpcDir, name)),
        colors,
      );
  return `${head}\n  ${colors.red('breaks')}   ${showBreaks(breaks)}\n  ${colors.green('instead')}  ${instead}`;
}
