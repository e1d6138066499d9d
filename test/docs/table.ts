/** The cells of the rows of a table between two marks, `<!-- mark: … -->` and `<!-- /mark -->`. */
export function tableIn(doc: string, mark: string): string[][] {
  const table = new RegExp(`<!-- ${mark}: .*-->\n([^]*?)<!-- /${mark} -->`).exec(doc)?.[1] ?? '';
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}
