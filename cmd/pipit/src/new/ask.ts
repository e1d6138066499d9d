import { confirm, isCancel, text } from '@clack/prompts';
import { CliError } from '../cli-error.ts';
import { defaultName, defaults, type Answers, type NewFlags } from './answers.ts';
import { folderProblem, nameProblem, prefixProblem, serviceProblem } from './checks.ts';
import { wantsRepository } from './git.ts';

/** Asks what the command line does not say. @throws {CliError} where the user cancels */
export async function ask(dir: string | undefined, flags: NewFlags): Promise<Answers> {
  const folder = dir ?? (await line('Where shall the project be?', './my-service', folderProblem));
  const name = flags.name ?? (await line('What is its name?', defaultName(folder), nameProblem));
  const service =
    flags.service ?? (await line('What is its first service?', defaults.service, serviceProblem));
  const prefix =
    flags.prefix ??
    (await line('Which path shall calls have in front? / for none', defaults.prefix, prefixProblem));
  const git =
    flags.git &&
    wantsRepository(folder) &&
    answered(await confirm({ message: 'Shall it be a git repository?' }));
  return { dir: folder, name, service, prefix, git, vendor: flags.vendor ?? true };
}

/** Enter takes the default. */
async function line(
  message: string,
  defaultValue: string,
  problem: (text: string) => string | undefined,
): Promise<string> {
  const answer = await text({
    message,
    placeholder: defaultValue,
    defaultValue,
    // Here nobody writes flags.
    validate: (given) => problem(given?.trim() || defaultValue)?.replaceAll(/--\w+[ =]/g, ''),
  });
  return answered(answer).trim();
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new CliError('cancelled: nothing was written');
  return answer as Exclude<T, symbol>;
}
