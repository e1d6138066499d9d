import type { z } from 'zod';
import { readArguments } from './arguments.ts';
import { readConfig, type SourcedConfig } from './config.ts';
import type { Program } from './program.ts';
import { StartError } from './start-error.ts';

/** Does what the command line asks for. Ends the process with 1, and with what is to be done, where it cannot. */
export async function run<Schema extends z.ZodObject>(
  program: Program<Schema>,
  serve: (sourced: SourcedConfig<z.infer<Schema>>) => Promise<void>,
): Promise<void> {
  try {
    const asked = readArguments(program, process.argv.slice(2));
    if ('print' in asked) {
      process.stdout.write(asked.print);
      return;
    }
    const { flags } = asked;
    const file = asked.config ?? (process.env[program.configEnv] || undefined);
    const sourced = await readConfig(program, { flags, env: process.env, file });
    if (!asked.printConfig) {
      await serve(sourced);
      return;
    }
    const { printedConfig } = await import('./print-config.ts');
    process.stdout.write(printedConfig(program, sourced));
  } catch (error) {
    // What was not foreseen is shown whole: it is a bug.
    const shown = error instanceof StartError ? error.message : ((error as Error).stack ?? String(error));
    process.stderr.write(`${program.name}: ${shown}\n`);
    // Listeners may be open already.
    process.exit(1);
  }
}
