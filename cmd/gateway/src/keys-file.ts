import { readFileSync } from 'node:fs';
import { parseKeys, type KeySet } from '@pipit/gateway/keys';
import { StartError } from '@pipit/process';
import { LineCounter, parseDocument } from 'yaml';

/**
 * Reads a keys file.
 * @param mayLackKeys false where there are keys already: a file that says nothing of keys, as one that is empty
 *   because it is about to be written, is then refused
 * @throws {StartError} naming the file, the place and the remedy
 */
export function readKeys(file: string, mayLackKeys = true): KeySet {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new StartError(
      `keys: ${file} cannot be read (${why}): make it with pipit gateway key add --file ${file}`,
      { cause: error },
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new StartError(`${file}:${line}: this is not YAML: ${broken.message}`, { cause: broken });
  }
  const data: unknown = document.toJS();
  let set: KeySet;
  try {
    set = parseKeys(data);
  } catch (error) {
    throw new StartError(`${file}: ${(error as Error).message}`, { cause: error });
  }
  if (mayLackKeys || set.keys.size > 0 || saysNoKeys(data)) return set;
  throw new StartError(`${file} has no keys any more: write "keys: []" to revoke all of them`);
}

/** The list of keys is there, and empty. */
function saysNoKeys(data: unknown): boolean {
  return Array.isArray((data as { keys?: unknown } | null)?.keys);
}
