import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { slashed } from '../project/paths.ts';
import type { Project } from '../project/project.ts';

/** The protos as they were. */
export interface Past {
  /** The name of the version in messages: `HEAD`, `../old`. */
  readonly name: string;
  /** The folder that stands in the place of the project's `rpc/`. */
  readonly rpcDir: string;
}

/** The commit before the first one: what CI names where a branch is new. */
const noCommit = /^0{40,64}$/;

/**
 * Finds the protos to compare with.
 * @param against a commit, branch or tag of git, or a folder: a project, or one with protos as `rpc/` has them
 * @param temporary a folder for what git has
 * @returns undefined where there were none
 * @throws {CliError}
 */
export async function pastOf(
  project: Project,
  against: string,
  temporary: string,
): Promise<Past | undefined> {
  if (noCommit.test(against)) return undefined;
  const folder = resolve(against);
  const isCommit =
    !/^\.{0,2}[/\\]|^\.{1,2}$/.test(against) &&
    git(project, ['rev-parse', '--verify', '--quiet', `${against}^{commit}`]) !== undefined;
  if (!isCommit && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) {
    const below = join(folder, slashed(relative(project.root, project.rpcDir)));
    return { name: against, rpcDir: existsSync(below) ? below : folder };
  }
  if (!isCommit) {
    // A repository in which nothing is committed yet has no HEAD.
    if (against === 'HEAD' && git(project, ['rev-parse', '--is-inside-work-tree']) !== undefined)
      return undefined;
    throw notFound(project, against);
  }
  const rpcDir = join(temporary, 'rpc');
  return (await checkOut(project, against, rpcDir)) ? { name: against, rpcDir } : undefined;
}

function notFound(project: Project, against: string): CliError {
  if (git(project, ['rev-parse', '--is-inside-work-tree']) === undefined) {
    return new CliError(
      `${JSON.stringify(against)} is not a folder, and the project is not in a git repository: name a folder with the older protos with --against`,
    );
  }
  return new CliError(
    `${JSON.stringify(against)} is neither a commit that git has nor a folder: fetch it (in CI: the whole history), or name another with --against`,
  );
}

/** @returns what git prints; undefined where it fails or is not there */
function git({ root }: Project, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? stdout : undefined;
}

/** Writes the protos of a commit below a folder. @returns false where it has none */
async function checkOut(project: Project, commit: string, folder: string): Promise<boolean> {
  const rpc = slashed(relative(project.root, project.rpcDir));
  const listed = git(project, ['ls-tree', '-r', '-z', commit, '--', `${rpc}/`]) ?? '';
  const files = listed.split('\0').flatMap((line) => {
    const [, object, path] = /^\d+ blob (\S+)\t(.*\.proto)$/s.exec(line) ?? [];
    return object === undefined || path === undefined ? [] : [{ object, path: path.slice(rpc.length + 1) }];
  });
  if (files.length === 0) return false;
  const contents = await objects(
    project,
    files.map(({ object }) => object),
  );
  for (const [i, { path }] of files.entries()) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents[i]!);
  }
  return true;
}

/** Reads objects in one run of git. @throws {CliError} */
async function objects({ root }: Project, names: readonly string[]): Promise<Buffer[]> {
  const child = spawn('git', ['cat-file', '--batch'], { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(names.map((name) => `${name}\n`).join(''));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const output = Buffer.concat(chunks);
  let at = 0;
  return names.map((name) => {
    const end = output.indexOf('\n', at);
    const size = Number(/ blob (\d+)$/.exec(output.toString('latin1', at, end))?.[1]);
    if (end < 0 || Number.isNaN(size))
      throw new CliError(`git does not have ${name}: fetch the whole history`);
    at = end + 1 + size + 1;
    return output.subarray(end + 1, end + 1 + size);
  });
}
