import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { nearest } from '../ui/nearest.ts';
import { printable } from '../ui/printable.ts';
import {
  indexOfKey,
  readExistingKeysFile,
  saveKeysFile,
  type KeysFile,
  type KeysFileFlags,
} from './keys-file.ts';

/** Runs `pipit gateway key revoke`. @throws {CliError} */
export async function revokeKey(text: string, flags: KeysFileFlags): Promise<void> {
  const file = readExistingKeysFile(flags.file);
  // Who found a key in a log has the whole of it; its secret is not for messages.
  const [, id = text] = /^gwk_([^_]*)/.exec(text) ?? [];
  const stored = file.set.keys.get(id);
  if (stored === undefined) throw unknownKey(file, id);
  const named = `key ${id} of ${printable(stored.key.owner)}`;
  if (stored.revoked) {
    process.stdout.write(`${named} was revoked before: nothing to do\n`);
    return;
  }
  file.document.setIn(['keys', indexOfKey(file, id), 'revoked'], true);
  await saveKeysFile(file);
  process.stdout.write(`revoked ${named} in ${displayPath(file.path)}\n`);
}

function unknownKey({ path, set }: KeysFile, id: string): CliError {
  const near = nearest(id, set.keys.keys());
  const remedy =
    near === undefined
      ? '`pipit gateway key list` shows them'
      : `did you mean ${near}, of ${printable(set.keys.get(near)!.key.owner)}?`;
  return new CliError(`no key ${printable(id)} in ${displayPath(path)}: ${remedy}`);
}
