import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error.ts';

const program = new Command('pipit')
  .description('Typed RPC over HTTP: new projects, services from protos, code generation, calls')
  .version(version(), '-v, --version')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'pipit: ')) });

// Each command is a file under commands/, loaded when it is called: ts-morph alone takes half a second.

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof CliError) {
    process.stderr.write(`pipit: ${error.message}\n`);
    process.exitCode = error.status;
  } else {
    // What was not foreseen is shown whole: it is a bug.
    process.stderr.write(`pipit: ${(error as Error).stack ?? String(error)}\n`);
    process.exitCode = 1;
  }
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
