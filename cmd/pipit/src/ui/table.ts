import type { Colors } from './colors.ts';
import { padEnd, textWidth } from './text-width.ts';

/**
 * Rows under a header, columns aligned. What does not fit beside each other goes below: the first columns in one
 * line, the others indented under it.
 * @param width columns of the terminal; Infinity elsewhere
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { colors, width }: { readonly colors: Colors; readonly width: number },
): string[] {
  const widths = header.map((cell, column) =>
    Math.max(textWidth(cell), ...rows.map((row) => textWidth(row[column] ?? ''))),
  );
  const aligned = (row: readonly string[]): string =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const total = widths.reduce((sum, column) => sum + column + 2, -2);
  if (total <= width) return [colors.dim(aligned(header)), ...rows.map(aligned)];
  return rows.flatMap((row) => {
    const [first = '', second = '', ...others] = row;
    const indent = ' '.repeat(widths[0]! + 2);
    const below = others.filter((cell) => cell !== '').map((cell) => colors.dim(indent + cell));
    return [`${padEnd(first, widths[0]!)}  ${second}`, ...below];
  });
}
