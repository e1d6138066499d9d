import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { callCommand } from './commands/call.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { doctorCommand } from './commands/doctor.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { genCommand } from './commands/gen.ts';
import { newCommand } from './commands/new.ts';
import { openApiCommand } from './commands/openapi.ts';
import { routesCommand } from './commands/routes.ts';
import { rpcCommand } from './commands/rpc.ts';

/** The whole command line. Commands are declarations here: each loads its work when it runs. */
export function makeProgram(): Command {
  const program = new Command('pipit')
    .description('Typed RPC over HTTP: new projects, services from protos, code generation, calls')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print the help of a command')
    // `pipit rpc --version=2` is about a service.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .configureHelp({ styleTitle: (title) => `\x1b[1m${title}\x1b[22m` })
    .addHelpText(
      'after',
      `
Examples:
  pipit new shop                                    a project with one service
  pipit rpc --server=user --service=login           one more service
  pipit gen --watch                                 code from protos, whenever one is saved
  pipit call Echo/Hello '{"message":"hi"}'          call it

Exit status: 0 done, 1 failed, 2 wrong command line; \`pipit call --help\` has more of them.
Colours are for terminals only; NO_COLOR=1 turns them off.`,
    );
  for (const command of [
    newCommand(),
    rpcCommand(),
    genCommand(),
    checkCommand(),
    routesCommand(),
    openApiCommand(),
    callCommand(),
    gatewayCommand(),
    doctorCommand(),
    completionCommand(),
  ]) {
    program.addCommand(command);
    inherit(command, program);
  }
  // For the scripts of `pipit completion`.
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { candidates } = await import('./completion/candidates.ts');
      const found = candidates(program, words);
      process.stdout.write(found === undefined ? ':files\n' : found.map((line) => `${line}\n`).join(''));
    });
  return program;
}

/** Commands that were made on their own know nothing of those above them. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent).helpOption('-h, --help', 'print this');
  for (const child of command.commands) inherit(child, command);
}

/** Commander puts what it suggests on a line of its own. */
function oneLine(text: string): string {
  const line = text
    .trimEnd()
    .replace(/^error: /, 'pipit: ')
    .replace(/\n\(Did you mean (.*)\?\)$/s, '. Did you mean $1?');
  return `${line.endsWith('?') ? line : `${line}. See --help`}\n`;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
