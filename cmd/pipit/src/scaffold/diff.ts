/** Lines of context around a change. */
const contextLines = 3;
/** Beyond this many pairs of lines a change is shown as all old lines, then all new ones. */
const mostPairs = 4_000_000;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * A unified diff, as `git apply` and `patch` read it; '' for no difference.
 * @param before null for a file that is made
 */
export function unifiedDiff(name: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const lines = compare(splitLines(before ?? ''), splitLines(after ?? ''));
  const head = `--- ${before === null ? '/dev/null' : `a/${name}`}\n+++ ${after === null ? '/dev/null' : `b/${name}`}\n`;
  return head + hunks(lines).join('');
}

/** With their line breaks: `\r\n` and a missing last one are differences too. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

/** By the longest common subsequence. */
function middle(before: readonly string[], after: readonly string[]): Line[] {
  const columns = after.length + 1;
  const removed = (text: string): Line => ({ sign: '-', text });
  const added = (text: string): Line => ({ sign: '+', text });
  if (before.length * after.length > mostPairs) return [...before.map(removed), ...after.map(added)];
  const lengths = new Uint32Array((before.length + 1) * columns);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * columns + j] =
        before[i] === after[j]
          ? lengths[(i + 1) * columns + j + 1]! + 1
          : Math.max(lengths[(i + 1) * columns + j]!, lengths[i * columns + j + 1]!);
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i++]! });
      j++;
    } else if (
      i < before.length &&
      (j === after.length || lengths[(i + 1) * columns + j]! >= lengths[i * columns + j + 1]!)
    ) {
      lines.push(removed(before[i++]!));
    } else lines.push(added(after[j++]!));
  }
  return lines;
}

function hunks(lines: readonly Line[]): string[] {
  const changed = [...lines.keys()].filter((index) => lines[index]!.sign !== ' ');
  const ranges: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    if (last !== undefined && index - contextLines <= last.to) last.to = index + contextLines + 1;
    else ranges.push({ from: Math.max(0, index - contextLines), to: index + contextLines + 1 });
  }
  return ranges.map(({ from, to }) => {
    const shown = lines.slice(from, to);
    const range = (sign: '-' | '+'): string => {
      const other = sign === '-' ? '+' : '-';
      const start = lines.slice(0, from).filter((line) => line.sign !== other).length;
      const length = shown.filter((line) => line.sign !== other).length;
      return `${length === 0 ? start : start + 1},${length}`;
    };
    const body = shown.map(({ sign, text }) =>
      text.endsWith('\n') ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`,
    );
    return `@@ -${range('-')} +${range('+')} @@\n${body.join('')}`;
  });
}
