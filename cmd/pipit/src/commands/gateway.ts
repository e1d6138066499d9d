import { Command, InvalidArgumentError } from 'commander';
import type { AdminFlags } from '../gateway/admin-client.ts';
import type { KeysFileFlags } from '../gateway/keys-file.ts';
import type { ListKeysFlags } from '../gateway/list-keys.ts';
import type { StatusFlags } from '../gateway/show-status.ts';
import type { AddKeyFlags } from '../gateway/add-key.ts';

const details = `
The gateway itself is \`pipit-gateway\`. It reads the keys file again whenever it changes.

Examples:
  pipit gateway key add --owner team-a --register 'post.*'
  pipit gateway key list
  pipit gateway key revoke 5f0c9b7a41d2e386
`;

const adminDetails = `
The gateway needs adminPort and GATEWAY_ADMIN_TOKEN; the page at the same address shows the same.

Examples:
  GATEWAY_ADMIN_TOKEN=$(cat admin-token) pipit gateway status
  pipit gateway drain 0d5b2c8e-5a0f-4b52-9d0c-6f1f2d3c4b5a --token-file admin-token
`;

/** `pipit gateway`: what an operator of the gateway does beside running it. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .summary('a gateway: its keys, who is connected')
    .description(
      'Keeps the keys of a gateway, who may register and call which services, and shows who is connected.',
    )
    .addHelpText('after', details)
    .addCommand(keyCommand())
    .addCommand(statusCommand())
    .addCommand(endCommand('drain', 'let a connection finish, and end it'))
    .addCommand(endCommand('kill', 'end a connection now, with the requests on it'));
}

function statusCommand(): Command {
  return withAdmin(new Command('status'))
    .summary('show services and connections of a running gateway')
    .description('Shows services and connections of a running gateway.')
    .option('--json', 'all there is, for scripts')
    .addHelpText('after', adminDetails)
    .action(async (flags: StatusFlags) => {
      const { showStatus } = await import('../gateway/show-status.ts');
      await showStatus(flags);
    });
}

function endCommand(how: 'drain' | 'kill', summary: string): Command {
  return withAdmin(new Command(how))
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
    .argument('<id>', 'which connection, as `pipit gateway status` shows it')
    .addHelpText('after', adminDetails)
    .action(async (id: string, flags: AdminFlags) => {
      const { endConnection } = await import('../gateway/end-connection.ts');
      await endConnection(id, how, flags);
    });
}

function withAdmin(command: Command): Command {
  return command
    .option('--admin <url>', "the gateway's admin listener", 'http://127.0.0.1:9090')
    .option('--token-file <file>', 'a file with its adminToken (default: that in GATEWAY_ADMIN_TOKEN)');
}

function keyCommand(): Command {
  return new Command('key')
    .summary('make, list and revoke keys')
    .description('Makes, lists and revokes keys.')
    .addHelpText('after', details)
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function addCommand(): Command {
  return withFile(new Command('add'))
    .summary('make a key, print it once')
    .description('Makes a key, adds its hash to the keys file, and prints it: the only time it is seen.')
    .requiredOption('--owner <name>', 'whom it belongs to, for people')
    .option('--register <names>', 'what it may register; repeatable', collect)
    .option('--call <names>', 'what it may call; repeatable', collect)
    .option('--max-connections <number>', 'connections at a time (default: any number)', wholeNumber)
    .option('--max-in-flight <number>', "requests at a time (default: the gateway's limit)", wholeNumber)
    .option('--expires <when>', 'a date, a date and time with zone, or days from now (default: never)')
    .addHelpText(
      'after',
      `
NAMES are post.PostService, 'post.*' for everything below post, or '*' for all; put them in quotes, or the
shell takes the star for files. A date is its beginning, UTC.

The key alone goes to stdout, everything else to stderr. The file is made where it is not there, readable for
its owner only; comments and whatever else is in it stay. There is only a hash of the key in it.

Examples:
  pipit gateway key add --owner team-a --register 'post.*'
  pipit gateway key add --owner shop --call '*' --max-in-flight 100 --expires 90d
  pipit gateway key add --owner ci --call post.PostService --expires 2027-01-31 > key.txt
`,
    )
    .action(async (flags: AddKeyFlags) => {
      const { addKey } = await import('../gateway/add-key.ts');
      await addKey(flags);
    });
}

function listCommand(): Command {
  return withFile(new Command('list'))
    .summary('show all keys and what they may do')
    .description('Shows all keys and what they may do.')
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      `
--json prints a list of objects: id, owner, state ("valid", "expired" or "revoked"), register, call,
maxConnections, maxInFlight and expires; the last three are null where there is none.

Examples:
  pipit gateway key list
  pipit gateway key list --json | jq -r '.[] | select(.state != "valid") | .id'
`,
    )
    .action(async (flags: ListKeysFlags) => {
      const { listKeys } = await import('../gateway/list-keys.ts');
      listKeys(flags);
    });
}

function revokeCommand(): Command {
  return withFile(new Command('revoke'))
    .summary('make a key useless')
    .description('Marks a key as revoked. Its entry stays in the keys file, for the record.')
    .argument('<id>', 'which key, as `pipit gateway key list` shows it; the whole key will do too')
    .addHelpText(
      'after',
      `
A gateway that is running takes no more requests with the key, and closes its connections when those under way
have finished, after five seconds at most.

Examples:
  pipit gateway key revoke 5f0c9b7a41d2e386
`,
    )
    .action(async (id: string, flags: KeysFileFlags) => {
      const { revokeKey } = await import('../gateway/revoke-key.ts');
      await revokeKey(id, flags);
    });
}

function withFile(command: Command): Command {
  return command.option('--file <file>', 'the keys file', 'gateway-keys.yaml');
}

function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0');
  return Number(text);
}
