import { basename, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { folderProblem, nameOf, nameProblem, prefixProblem, serviceProblem } from './checks.ts';

/** The flags of `pipit new`. */
export interface NewFlags {
  readonly name?: string;
  readonly service?: string;
  readonly prefix?: string;
  readonly yes?: boolean;
  readonly git: boolean;
  /** A folder with tarballs, false for a registry; true, and left out, for what there is. */
  readonly vendor?: string | boolean;
}

/** The project to be made. */
export interface Answers {
  /** As it was written. */
  readonly dir: string;
  readonly name: string;
  /** `user_info` */
  readonly service: string;
  /** `/api`, or `/` for none. */
  readonly prefix: string;
  readonly git: boolean;
  readonly vendor?: string | boolean;
}

export const defaults = { service: 'echo', prefix: '/api' } as const;

/** The name of a project where nobody says another. */
export function defaultName(dir: string): string {
  return nameOf(basename(resolve(dir)));
}

/** Flags and defaults, without a question. @throws {CliError} where there is no folder */
export function answersOf(dir: string | undefined, flags: NewFlags): Answers {
  if (dir === undefined) {
    throw new CliError('which folder shall the project be in? Say `pipit new DIR`', { status: 2 });
  }
  const { name = defaultName(dir), service = defaults.service, prefix = defaults.prefix, git } = flags;
  return { dir, name, service, prefix, git, vendor: flags.vendor ?? true };
}

/** @throws {CliError} for the first that cannot be; undefined ones are not looked at */
export function checkAnswers(
  dir: string | undefined,
  { name, service, prefix }: Pick<NewFlags, 'name' | 'service' | 'prefix'>,
): void {
  const problem =
    (dir === undefined ? undefined : folderProblem(dir)) ??
    (name === undefined ? undefined : nameProblem(name)) ??
    (service === undefined ? undefined : serviceProblem(service)) ??
    (prefix === undefined ? undefined : prefixProblem(prefix));
  if (problem !== undefined) throw new CliError(problem, { status: 2 });
}
