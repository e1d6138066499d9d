import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { makeProgram } from './program.ts';
import { colorsOf } from './ui/colors.ts';

/** Does what the command line asks for, and says what went wrong. The exit status is in `process.exitCode`. */
export async function run(): Promise<void> {
  try {
    await makeProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof CliError) {
      process.stderr.write(`${error.show(colorsOf(process.stderr))}\n`);
      process.exitCode = error.status;
    } else if (isSystemError(error)) {
      process.stderr.write(`${new CliError(error.message).show(colorsOf(process.stderr))}\n`);
      process.exitCode = 1;
    } else {
      // What was not foreseen is shown whole: it is a bug.
      process.stderr.write(`pipit: ${(error as Error).stack ?? String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

/** An error of the operating system, whose message says what it refused and where: `EACCES: permission denied, open '…'`. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
