import type { StoredKey } from '@pipit/gateway/keys';
import { displayPath } from '../project/paths.ts';
import { type Colors, colorsOf } from '../ui/colors.ts';
import { printable } from '../ui/printable.ts';
import { table } from '../ui/table.ts';
import { readExistingKeysFile, type KeysFile, type KeysFileFlags } from './keys-file.ts';

/** The flags of `pipit gateway key list`. */
export interface ListKeysFlags extends KeysFileFlags {
  readonly json?: boolean;
}

type State = 'valid' | 'expired' | 'revoked';

/** Runs `pipit gateway key list`. @throws {CliError} */
export function listKeys(flags: ListKeysFlags): void {
  const file = readExistingKeysFile(flags.file);
  const now = Date.now();
  if (flags.json === true) {
    const shown = [...file.set.keys.values()].map((stored) => jsonOf(stored, now));
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  for (const line of lines(file, now, colorsOf(process.stdout), width)) process.stdout.write(`${line}\n`);
}

function lines({ path, set }: KeysFile, now: number, colors: Colors, width: number): string[] {
  const shown =
    set.keys.size === 0
      ? [`no keys in ${displayPath(path)}: \`pipit gateway key add\` makes one`]
      : table(
          ['ID', 'OWNER', 'STATE', 'REGISTER', 'CALL', 'CONNECTIONS', 'IN FLIGHT', 'EXPIRES'],
          [...set.keys.values()].map((stored) => row(stored, now, colors)),
          { colors, width },
        );
  return set.public.length === 0 ? shown : [...shown, '', `anybody may call ${set.public.join(', ')}`];
}

function row(stored: StoredKey, now: number, colors: Colors): string[] {
  const { key } = stored;
  const state = stateOf(stored, now);
  return [
    key.id,
    printable(key.owner),
    (state === 'valid' ? colors.green : colors.yellow)(state),
    key.register.join(', ') || '-',
    key.call.join(', ') || '-',
    String(key.maxConnections ?? '-'),
    String(key.maxInFlight ?? '-'),
    key.expires === undefined ? 'never' : timeText(key.expires),
  ];
}

function jsonOf(stored: StoredKey, now: number): Readonly<Record<string, unknown>> {
  const { id, owner, register, call, maxConnections, maxInFlight, expires } = stored.key;
  return {
    id,
    owner,
    state: stateOf(stored, now),
    register,
    call,
    maxConnections: maxConnections ?? null,
    maxInFlight: maxInFlight ?? null,
    expires: expires === undefined ? null : timeText(expires),
  };
}

function stateOf({ key, revoked }: StoredKey, now: number): State {
  if (revoked) return 'revoked';
  return key.expires !== undefined && key.expires <= now ? 'expired' : 'valid';
}

function timeText(time: number): string {
  return new Date(time).toISOString().replace(/(?:T00:00:00)?\.000Z$/, (end) => (end[0] === 'T' ? '' : 'Z'));
}
