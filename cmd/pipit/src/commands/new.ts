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
    .option(
      '--vendor <folder>',
      "copy Pipit's packages from this folder of tarballs into vendor/ (default, in a checkout: make them)",
    )
    .option('--no-vendor', "ask the registry for Pipit's packages, as if they were published")
    .addHelpText(
      'after',
      `
Pipit's packages are not on a registry yet. In a checkout of Pipit they are packed into vendor/ of the
project, so that it installs anywhere, and its Dockerfile and CI need nothing else.

Examples:
  pipit new                               asks for everything
  pipit new shop --yes                    everything as usual
  pipit new shop --service orders --prefix /twirp
  pipit new shop --vendor tarballs        with the packages that \`npm run pack\` made

Then:
  cd shop && npm install && npm start`,
    )
    .action(async (dir: string | undefined, flags: NewFlags) => {
      const { createProject } = await import('../new/new.ts');
      await createProject(dir, flags);
    });
}
