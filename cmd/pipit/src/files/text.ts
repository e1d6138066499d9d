/** Replaces a stretch of a text; an insertion where both ends are one. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Everything outside the edits stays byte for byte. Edits at one place come in the order given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from)) {
    if (edit.from < at) throw new Error(`edits overlap at ${edit.from}`);
    result += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + text.slice(at);
}

/** The line break that most lines have. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}

/** The offset at which the line of a position begins. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** The white space a line begins with. */
export function indentAt(text: string, at: number): string {
  return /[ \t]*/y.exec(text.slice(lineStart(text, at)))![0];
}

/** Tells whether nothing but white space and comments comes before it on its line. */
export function isFirstOnLine(text: string, at: number): boolean {
  return /^(?:\s|\/\*.*?\*\/)*$/.test(text.slice(lineStart(text, at), at));
}

/** `user_info` is `UserInfo`, as the generator makes names. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
