import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { RpcFlags } from '../scaffold/rpc.ts';

const details = `
Writes rpc/SERVER/vVERSION/SERVICE.proto where there is none, generates its code, and writes or
updates beside it SERVICE.ts, the class that implements the service. The service is added to the
server's list (cmd/server/src/services.ts or cmd/server/services.ts).

Run it again whenever the proto has changed:
  a new method           gets a stub in your class, which answers "unimplemented"
  other messages         are put in the signature, where it names the ones from before
  a method that is gone  is reported, and stays in your file
  everything else        stays as it is, byte for byte. The class is found by its \`implements\`, whatever
                         its name and wherever it stands; what cannot be placed is said, not guessed
Everything is planned before anything is written; then all of it is written, or nothing.

--package is the npm name of the package that rpc/ belongs to. It matters in one place: the list of
services imports the class by it (NAME/foo/v1/echo where rpc/ has a package.json of its own,
NAME/rpc/foo/v1/echo where it has not). Without it the imports that are there are followed; else the
name in rpc/package.json, and relative paths where there is none.

Version 0 is for internal services: the server does not show them to the public.

Examples:
  pipit rpc --server=user                                rpc/user/v1/user.proto, service User
  pipit rpc --server=user --service=login --version=2    rpc/user/v2/login.proto, service Login
  pipit rpc --server=user --method=Get --method=Delete   with these methods; added to a proto that is there
  pipit rpc --server=user --dry-run                      shows what would be written, as a diff
`;

/** `pipit rpc`. The work is loaded when it runs: ts-morph alone takes half a second. */
export function rpcCommand(): Command {
  return (
    new Command('rpc')
      .summary('make a service, or bring its class up to date with its proto')
      .description('Makes a service from nothing, or brings your class up to date with its proto.')
      .option('--server <name>', 'the folder under rpc/ and the package: foo is package foo.v1')
      .option(
        '--service <name>',
        'the proto file and the service: user_info is service UserInfo (default: as --server)',
      )
      .option('--version <number>', 'version of the package; 0 is internal', '1')
      .option(
        '--root <folder>',
        "the project's folder (default: the nearest above with a package.json and rpc/)",
      )
      .option('--package <name>', 'npm name that the list of services imports rpc/ by (default: see below)')
      .option(
        '--method <Name>',
        'an rpc to write, in a new proto or at the end of the service; repeatable (default: Hello in a new proto)',
        (name: string, names: readonly string[] | undefined) => [...(names ?? []), name],
      )
      .option('--dry-run', 'show the changes as a diff, write nothing')
      .addHelpText('after', details)
      // There are none: they are told which flag is meant.
      .argument('[words...]')
      .usage('[options]')
      .action(
        async ([word]: string[], { server, ...flags }: Partial<RpcFlags> & Pick<RpcFlags, 'version'>) => {
          if (word !== undefined) {
            const flag = server === undefined ? '--server' : '--service';
            throw new CliError(`${word} is not a flag: did you mean ${flag} ${word}?`, { status: 2 });
          }
          if (server === undefined) {
            throw new CliError('which service? Say its folder under rpc/, for example --server user', {
              status: 2,
            });
          }
          const { rpc } = await import('../scaffold/rpc.ts');
          await rpc({ ...flags, server });
        },
      )
  );
}
