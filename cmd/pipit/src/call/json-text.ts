import type { Colors } from '../ui/colors.ts';

const token = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Deeper than this nobody reads, and white space alone would grow with the square of the depth. */
const deepest = 100;

/**
 * JSON with line breaks and colours, from its text: numbers keep every digit, keys their order.
 * @param json correct JSON
 */
export function prettyJson(json: string, colors: Colors): string {
  const tokens = [...json.matchAll(token)].map(([text]) => escaped(text));
  let out = '';
  let depth = 0;
  const line = (): string => (depth > deepest ? '' : `\n${'  '.repeat(depth)}`);
  for (const [index, text] of tokens.entries()) {
    const next = tokens[index + 1];
    if (text === '{' || text === '[') {
      const empty = next === '}' || next === ']';
      if (!empty) depth++;
      out += empty ? text : text + line();
    } else if (text === '}' || text === ']') {
      const previous = tokens[index - 1];
      const empty = previous === '{' || previous === '[';
      if (!empty) depth--;
      out += empty ? text : line() + text;
    } else if (text === ',') out += `,${line()}`;
    else if (text === ':') out += ': ';
    else if (next === ':') out += colors.cyan(text);
    else if (text.startsWith('"')) out += colors.green(text);
    else if (text === 'null') out += colors.dim(text);
    else out += colors.yellow(text);
  }
  return out;
}

/** JSON allows control characters that a terminal would follow; escaped they are the same text. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
