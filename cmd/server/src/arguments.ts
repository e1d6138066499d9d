import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StartError } from './start-error.ts';

const help = `Usage: pipit-server [--help] [--version]

Serves the services under rpc/ over HTTP.

Environment:
  HOST        address to listen on (default 127.0.0.1)
  PORT        port to listen on, 0 for a free one (default 8080)
  RPC_PREFIX  path before the service name, / for none (default /api)
`;

/** The text to print instead of serving, or undefined. @throws {StartError} for an argument there is not */
export function textAskedFor(args: readonly string[]): string | undefined {
  const options = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  } as const;
  let values: { help?: boolean; version?: boolean };
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    const [line] = (error as Error).message.split('. ');
    throw new StartError(`${line}; see --help`, { cause: error });
  }
  if (values.help === true) return help;
  return values.version === true ? `pipit-server ${version()}\n` : undefined;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
