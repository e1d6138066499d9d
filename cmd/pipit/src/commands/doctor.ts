import { Command } from 'commander';
import type { DoctorFlags } from '../doctor/doctor.ts';

const details = `
Looks at Node, npm's protoc, the versions of runtime and plugin and what generated files say of theirs,
code that is not up to date, tsconfig.json, PATH, and the ports of the server (8080, 8090, 8091).
Each line is ok, warn or fail, with what to do. Exit status 1 where a line fails.

--json prints a list of objects: check, status ("ok", "warn" or "fail"), message, remedy (or null).

Examples:
  pipit doctor
  pipit doctor --json | jq '.[] | select(.status != "ok")'
`;

/** `pipit doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('say what is wrong with this machine or project, and the remedy')
    .description('Says what is wrong with this machine or project, and the remedy.')
    .option('--json', 'for scripts')
    .option(
      '--root <folder>',
      "the project's folder (default: the nearest above with a package.json and rpc/)",
    )
    .addHelpText('after', details)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import('../doctor/doctor.ts');
      process.exitCode = await doctor(flags);
    });
}
