import { defaultText, type Program } from '@pipit/process';

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

/** What a table of a program's settings has to say: key, variable, default, meaning. */
export function settingRows({ settings }: Program): string[][] {
  return settings.map((setting) => [
    `\`${setting.key}\``,
    `\`${setting.env}\``,
    defaultText(setting),
    setting.text,
  ]);
}
