import { readFileSync } from 'node:fs';
import { parseKeys, type KeySet } from '@pipit/gateway/keys';
import { StartError } from '@pipit/process';
import { LineCounter, parseDocument } from 'yaml';

/** Reads a keys file. @throws {StartError} naming the file, the place and the remedy */
export function readKeys(file: string): KeySet {
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
  try {
    return parseKeys(document.toJS());
  } catch (error) {
    throw new StartError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
