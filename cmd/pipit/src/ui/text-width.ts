/** The characters that terminals show two columns wide: CJK, Hangul, full-width forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
// oxlint-disable-next-line no-control-regex
const colorCodes = /\x1b\[[\d;]*m/g;

/** The columns of a terminal that a text takes, colour codes not counted. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(colorCodes, '')) {
    if (/\p{Mark}/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

/** The text with spaces after it, up to a width. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
