import { readFileSync } from 'node:fs';
import { displayPath } from '../project/paths.ts';
import { textWidth } from '../ui/text-width.ts';
import type { Colors } from '../ui/colors.ts';

/** Something a compiler has to say about a proto. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Absolute; undefined where it is about no file. */
  readonly file: string | undefined;
  /** From 1, in bytes with tabs to every eighth, as protoc counts. Both undefined where it is about the whole file. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
}

/**
 * Reads a line that protoc or the plugin wrote: `file:line:column: message`, `file: message` or a message alone.
 * @param fileOf the absolute path of a file as the compiler names it
 */
export function parseProblem(text: string, fileOf: (name: string) => string): Problem {
  const [, name, line, column, warning, message = text] =
    /^(\S.*?\.proto)(?::(\d+):(\d+))?: (warning: )?(.*)$/s.exec(text) ?? [];
  return {
    severity: warning === undefined ? 'error' : 'warning',
    file: name === undefined ? undefined : fileOf(name),
    line: line === undefined ? undefined : Number(line),
    column: column === undefined ? undefined : Number(column),
    message,
  };
}

/**
 * `rpc/user/v0/echo.proto:5:3: message`, then the line of the file and a caret under the place.
 * @param source the text of a file that is not what is on the disk
 */
export function showProblem(
  problem: Problem,
  colors: Colors,
  source: (file: string) => string | undefined = read,
): string {
  const { file, line, column } = problem;
  const message = problem.severity === 'warning' ? `warning: ${problem.message}` : problem.message;
  if (file === undefined) return message;
  const path = displayPath(file);
  if (line === undefined || column === undefined) return `${colors.bold(path)}: ${message}`;
  const text = source(file)?.split(/\r?\n/)[line - 1];
  if (text === undefined) return `${colors.bold(`${path}:${line}:${column}`)}: ${message}`;
  const index = indexOfColumn(text, column);
  // Tabs stay tabs, so that the caret stands under its place whatever their width is.
  const before = text.slice(0, index).replace(/[^\t]+/g, (part) => ' '.repeat(textWidth(part)));
  const color = problem.severity === 'warning' ? colors.yellow : colors.red;
  return `${colors.bold(`${path}:${line}:${index + 1}`)}: ${message}\n  ${text}\n  ${before}${color('^')}`;
}

/** The index in a line of a column as protoc counts it: in bytes, and a tab up to the next multiple of eight. */
function indexOfColumn(line: string, column: number): number {
  let at = 1;
  let index = 0;
  for (const character of line) {
    if (at >= column) break;
    at = character === '\t' ? at + 8 - ((at - 1) % 8) : at + Buffer.byteLength(character);
    index += character.length;
  }
  return index;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
