import { Command, Option } from 'commander';
import type { OpenApiFlags } from '../openapi/openapi.ts';

const details = `
Reads the protos, not a running server: every service under rpc/ is in it, with its comments. Title and
version are those of package.json, unless flags say others.

--check writes nothing. It fails, with exit status 1, where the file of --output is missing or is not what
the protos and the flags say: give it the same flags as the command that wrote the file.

Examples:
  pipit openapi                                       prints the document
  pipit openapi -o openapi.json                       writes it
  pipit openapi -o openapi.json --check               for CI: fails a build whose openapi.json is out of date
  pipit openapi --public --server https://example.com/api -o openapi.json
  npx openapi-typescript openapi.json -o api.d.ts     what others make of it
`;

/** `pipit openapi`. */
export function openApiCommand(): Command {
  return new Command('openapi')
    .summary('write an OpenAPI 3.1 document of every service under rpc/')
    .description('Writes an OpenAPI 3.1 document of every service under rpc/.')
    .option('-o, --output <file>', 'file to write (default: stdout)')
    .option('--check', 'write nothing; exit status 1 where the file is not up to date')
    .option('--public', 'leave out the services of packages v0')
    .option('--title <text>', 'name of the API (default: the name in package.json)')
    .option('--api-version <version>', 'version of the API (default: the version in package.json)')
    .option('--server <url...>', 'where the API is, prefix included (default: the prefix)')
    .option('--prefix <path>', 'path before the service name, / for none (default: RPC_PREFIX, or /api)')
    .addOption(
      new Option(
        '--json-names <names>',
        'names of fields, as the server writes them (default: proto)',
      ).choices(['proto', 'camel']),
    )
    .option(
      '--root <folder>',
      "the project's folder (default: the nearest above with a package.json and rpc/)",
    )
    .addHelpText('after', details)
    .action(async (flags: OpenApiFlags) => {
      const { openapi } = await import('../openapi/openapi.ts');
      await openapi(flags);
    });
}
