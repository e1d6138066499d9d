import { Command } from 'commander';
import type { GenFlags } from '../generate/gen.ts';

const details = `
Every .proto under rpc/ whose content, or that of a file it imports, has changed since the last time
is compiled in one run of protoc. Only files whose content differs are written, all or none of them.
Generated files whose proto or service is gone are removed: those whose first line says that
protoc-gen-twirp-ts made them, and no others.

Imports are paths below rpc/; google/protobuf/*.proto come with protoc. package.json may set options
of the plugin, which protoc-gen-twirp-ts --help lists:
  "pipit": { "options": { "int64": "string" } }

Examples:
  pipit gen                 what has changed
  pipit gen --watch         again whenever a .proto is saved; ends with Ctrl-C
  pipit gen --check         for CI: writes nothing, fails where generated code is not up to date
  pipit gen --check --against origin/main   the same, and no change that breaks callers (pipit check)
  pipit gen --force         everything, as if nothing had been generated
`;

/** `pipit gen`. */
export function genCommand(): Command {
  return new Command('gen')
    .summary('generate code from every .proto under rpc/')
    .description('Generates the code of every .proto under rpc/.')
    .option('-w, --watch', 'generate again whenever a .proto is saved')
    .option('--check', 'write nothing; exit status 1 where generated code is not up to date')
    .option('--against <commit>', 'with --check: compare with it, too, as `pipit check` does')
    .option('--force', 'generate everything, whatever has changed')
    .option(
      '--root <folder>',
      "the project's folder (default: the nearest above with a package.json and rpc/)",
    )
    .addHelpText('after', details)
    .action(async (flags: GenFlags) => {
      const { gen } = await import('../generate/gen.ts');
      await gen(flags);
    });
}
