import { isPattern, newKey, parseExpiry } from '@pipit/gateway/keys';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { printable } from '../ui/printable.ts';
import { appendKey, readKeysFile, saveKeysFile, type KeysFileFlags } from './keys-file.ts';

/** The flags of `pipit gateway key add`. */
export interface AddKeyFlags extends KeysFileFlags {
  readonly owner: string;
  readonly register?: readonly string[];
  readonly call?: readonly string[];
  readonly maxConnections?: number;
  readonly maxInFlight?: number;
  readonly expires?: string;
}

/** Runs `pipit gateway key add`. @throws {CliError} */
export async function addKey(flags: AddKeyFlags): Promise<void> {
  const { register = [], call = [], maxConnections, maxInFlight } = flags;
  const owner = ownerOf(flags.owner);
  checkNames('--register', register);
  checkNames('--call', call);
  if (register.length + call.length === 0) {
    throw new CliError(
      "a key that may do nothing is of no use: give it rights with --register 'post.*' or --call 'post.*'",
      { status: 2 },
    );
  }
  const expires = flags.expires === undefined ? undefined : expiryOf(flags.expires, Date.now());
  const file = readKeysFile(flags.file);
  const { text, entry } = newKey({
    owner,
    ...(register.length > 0 && { register }),
    ...(call.length > 0 && { call }),
    ...(maxConnections !== undefined && { maxConnections }),
    ...(maxInFlight !== undefined && { maxInFlight }),
    ...(expires !== undefined && { expires }),
  });
  appendKey(file, entry);
  await saveKeysFile(file);
  const rights = [
    `may register ${register.join(', ') || 'nothing'}`,
    `may call ${call.join(', ') || 'nothing'}`,
    ...(expires === undefined ? [] : [`expires ${expires}`]),
  ];
  process.stderr.write(
    `${file.text === null ? 'made' : 'updated'} ${displayPath(file.path)}: key ${entry.id} of ${owner}; ${rights.join('; ')}\n` +
      'Keep the key now: it is not shown again, and only its hash is stored.\n',
  );
  process.stdout.write(`${text}\n`);
}

function ownerOf(text: string): string {
  const owner = text.trim();
  if (owner !== '' && printable(owner) === owner && !owner.includes('\n')) return owner;
  throw new CliError('--owner must be a name, in one line', { status: 2 });
}

function checkNames(flag: string, names: readonly string[]): void {
  const wrong = names.find((name) => !isPattern(name));
  if (wrong === undefined) return;
  throw new CliError(
    `${flag} ${printable(wrong)}: no pattern of names. Write post.PostService, 'post.*' for all below, or '*' for all; several with several ${flag}`,
    { status: 2 },
  );
}

/** As the keys file has it. */
function expiryOf(text: string, now: number): string {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (days !== undefined && Number(days) > 0) {
    return new Date(now + Number(days) * 86_400_000).toISOString().replace(/\.\d+/, '');
  }
  const time = parseExpiry(text);
  if (time === undefined) {
    throw new CliError(
      `--expires ${printable(text)}: no date. Write 2027-01-31, 2027-01-31T12:00:00Z, or days from now like 90d`,
      { status: 2 },
    );
  }
  if (time <= now) throw new CliError(`--expires ${text} is in the past`, { status: 2 });
  return text;
}
