import { Command } from 'commander';
import type { RoutesFlags } from '../routes/routes.ts';

const details = `
Reads the protos, not a running server: a service is listed whether or not the server serves it.
The prefix is that of --prefix, else of RPC_PREFIX, else /api.

--json prints a list of objects: path, verbs, service, method, request, response, contentTypes,
kind ("download", "envelope" or null), idempotency ("NO_SIDE_EFFECTS", "IDEMPOTENT" or null),
internal (package v0), proto and implementation, each {file, line}; implementation is null where
no class under rpc/ implements the service.

Examples:
  pipit routes
  pipit routes --prefix /twirp
  pipit routes --json | jq -r '.[] | select(.implementation == null) | .path'
`;

/** `pipit routes`. */
export function routesCommand(): Command {
  return new Command('routes')
    .summary('list every route: path, verbs, messages, where it is implemented')
    .description('Lists every route: path, verbs, messages, where it is implemented.')
    .option('--json', 'for scripts')
    .option('--prefix <path>', 'path before the service name, / for none (default: RPC_PREFIX, or /api)')
    .option(
      '--root <folder>',
      "the project's folder (default: the nearest above with a package.json and rpc/)",
    )
    .addHelpText('after', details)
    .action(async (flags: RoutesFlags) => {
      const { routes } = await import('../routes/routes.ts');
      await routes(flags);
    });
}
