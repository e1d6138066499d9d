import { dirname, join, resolve } from 'node:path';
import { KeysError, parseKeys, type KeyEntry, type KeySet } from '@pipit/gateway/keys';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { CliError } from '../cli-error.ts';
import { readState } from '../files/file-state.ts';
import { applyFiles, recover } from '../files/transaction.ts';
import { displayPath } from '../project/paths.ts';

/** The flag of every command on keys. */
export interface KeysFileFlags {
  readonly file: string;
}

/** A keys file as it is: its text, and what it says. */
export interface KeysFile {
  readonly path: string;
  /** null where it is not there. */
  readonly text: string | null;
  /** To be edited, then saved; comments are in it. */
  readonly document: Document;
  readonly set: KeySet;
}

const newFile = `\
# Keys of the gateway. \`pipit gateway key add\`, \`list\` and \`revoke\` keep them; there are only hashes here.
# public: names that anybody may call without a key, as in [status.v1.Status, 'docs.*']
keys: []
`;

/** @throws {CliError} for a file that is broken, naming the line */
export function readKeysFile(file: string): KeysFile {
  const path = resolve(file);
  const text = readState(path).content?.toString('utf8') ?? null;
  return { path, text, ...parse(text ?? newFile, displayPath(path)) };
}

/** The same, of a file that has to be there. @throws {CliError} */
export function readExistingKeysFile(file: string): KeysFile {
  const read = readKeysFile(file);
  if (read.text !== null) return read;
  throw new CliError(
    `${displayPath(read.path)} is not there: say which file with --file, or make a key with \`pipit gateway key add\``,
  );
}

/** The index of a key in the file's list. @returns -1 where it is not */
export function indexOfKey({ set }: KeysFile, id: string): number {
  return [...set.keys.keys()].indexOf(id);
}

export function appendKey({ document }: KeysFile, entry: KeyEntry): void {
  // A file with comments only has nothing in it that could be added to.
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const keys = document.get('keys');
  if (isSeq(keys)) {
    if (keys.items.length === 0) keys.flow = false;
  } else {
    document.set('keys', document.createNode([]));
  }
  const node = document.createNode(entry);
  for (const name of ['register', 'call']) {
    const list = node.get(name);
    if (isSeq(list)) list.flow = true;
  }
  document.addIn(['keys'], node);
}

/** Writes what `document` has become. @throws {CliError} where the file has changed since it was read */
export async function saveKeysFile({ path, text, document }: KeysFile): Promise<void> {
  const content = print(document, text ?? newFile);
  // What the gateway could not read shall never take the place of what it can.
  parse(content, displayPath(path));
  const place = placeOf(path);
  for (const line of await recover(place)) process.stderr.write(`${line}\n`);
  await applyFiles(place, [{ path, content, before: text, mode: 0o600 }]);
}

function placeOf(path: string): { root: string; stateDir: string } {
  const root = dirname(path);
  return { root, stateDir: join(root, '.pipit') };
}

/** In the manner of the file: the printer knows one for the whole document. */
function print(document: Document, before: string): string {
  const printed = document.toString({
    lineWidth: 0,
    indentSeq: !/^keys:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*- /m.test(before),
    flowCollectionPadding: /[[{] +\S/.test(before),
  });
  return before.includes('\r\n') ? printed.replaceAll(/\r?\n/g, '\r\n') : printed;
}

function parse(text: string, shown: string): Pick<KeysFile, 'document' | 'set'> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = (offset: number, what: string, cause: unknown): CliError =>
    new CliError(`${shown}:${lines.linePos(offset).line}: ${what}`, { cause });
  const [error] = document.errors;
  if (error !== undefined) {
    throw broken(error.pos[0], `this is not YAML: ${error.message}. Mend it by hand`, error);
  }
  try {
    return { document, set: parseKeys(document.toJS()) };
  } catch (cause) {
    if (cause instanceof KeysError) throw broken(offsetOf(document, cause.path), cause.message, cause);
    // An alias without an anchor, or too many of them.
    throw new CliError(`${shown} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The place in the text of a value, or of the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | undefined)?.range?.[0];
}
