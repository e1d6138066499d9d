import { Argument, Command, Option } from 'commander';
import type { NewFlags } from '../new/answers.ts';

/** `pipit new`. */
export function newCommand(): Command {
  return new Command('new')
    .summary('make a project with one service that runs')
    .description(
      'Makes a project with one service: it runs, it is tested, it has a Dockerfile and a CI file. In a terminal, what no flag answers is asked.',
    )
    .addArgument(new Argument('[dir]', 'folder of the project; what it has stays as it is'))
    .addOption(new Option('--name <name>', 'name in package.json (default: the name of the folder)'))
    .addOption(new Option('--service <name>', 'the first service, in lower case (default: echo)'))
    .addOption(new Option('--prefix <path>', 'path before the service name, / for none (default: /api)'))
    .option('-y, --yes', 'ask nothing: flags and defaults answer')
    .option('--no-git', 'make no git repository')
    .addHelpText(
      'after',
      `
Examples:
  pipit new                               asks for everything
  pipit new shop --yes                    everything as usual
  pipit new shop --service orders --prefix /twirp
  npm create pipit shop -- --yes          the same without installing pipit

Then:
  cd shop && npm install && npm start`,
    )
    .action(async (dir: string | undefined, flags: NewFlags) => {
      const { createProject } = await import('../new/new.ts');
      await createProject(dir, flags);
    });
}
