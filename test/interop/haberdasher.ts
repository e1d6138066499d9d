// `npm run haberdasher`: the fixture of the wire cases as a server, for Twirp clients and test suites that are not ours.
import { parseArgs } from 'node:util';
import { doorNames, listen, type DoorName } from './listen.ts';
import { serverNames, serverOptions } from './servers.ts';

const usage = `Usage: npm run haberdasher -- [options]

Serves twirp.example.haberdasher.Haberdasher, twirp.example.types.TypesService and
twirp.clientcompat.CompatService on 127.0.0.1, over HTTP/1.1 and HTTP/2 (prior knowledge).

  --port N       port; 0 takes a free one (default 0)
  --server NAME  ${serverNames.join(', ')} (default: default)
  --door NAME    ${doorNames.join(', ')} (default: fastify)
  --help         this text
`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  const text = (error as Error).message.split('\n')[0]?.trim();
  process.stderr.write(`haberdasher: ${text}; see --help\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      server: { type: 'string', default: 'default' },
      door: { type: 'string', default: 'fastify' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`port ${values.port} is no number from 0 to 65535`);
  }
  if (!isDoorName(values.door)) throw new Error(`door ${values.door} is none of ${doorNames.join(', ')}`);
  const { origin } = await listen(values.door, serverOptions(values.server), Number(values.port));
  process.stdout.write(`listening on ${origin}\n`);
}

function isDoorName(name: string): name is DoorName {
  return (doorNames as readonly string[]).includes(name);
}
