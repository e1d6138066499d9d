import { Command } from 'commander';
import type { CheckFlags } from '../check/check.ts';

const details = `
Compares the protos under rpc/ with those of a commit or a folder, as callers meet them: URLs, names in
JSON and forms, numbers and types in protobuf, the kind of an answer, GET, rules. It says who breaks:
  older clients   were built from the older protos, and call a server that has these
  older servers   have the older protos yet, and are called by clients that have these
and how the same is done without breaking anybody. What breaks nobody is not told.

--accept writes what was found to rpc/accepted-changes.json, which is committed: the next run, in CI too,
knows that it was meant.

Examples:
  pipit check                          what is not committed yet
  pipit check --against origin/main    what a branch changes; in CI, with the whole history fetched
  pipit check --against ../shop-1.0    another checkout, or a folder of protos
  pipit check --accept                 it breaks callers, and is meant to
`;

/** `pipit check`. */
export function checkCommand(): Command {
  return new Command('check')
    .summary('what changes of protos break callers')
    .description('Says which changes of the protos break callers, and how to go about them without.')
    .option('--against <commit>', 'commit, branch, tag or folder to compare with (default: HEAD)')
    .option('--accept', 'record in rpc/accepted-changes.json that what is found is meant')
    .option(
      '--root <folder>',
      "the project's folder (default: the nearest above with a package.json and rpc/)",
    )
    .addHelpText('after', details)
    .action(async (flags: CheckFlags) => {
      const { check } = await import('../check/check.ts');
      await check(flags);
    });
}
