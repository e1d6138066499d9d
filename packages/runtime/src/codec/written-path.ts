import { readUtf8Lenient } from './utf8.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/**
 * Where in a message the value is that comes next, told by what `JsonWriter` has written so far: `items[3].price`. It gives
 * objects and lists their brackets when they end, so those around the place have none yet: a comma stands before each
 * member and element, and two commas in a row, or a colon and a comma, are where one began.
 * @returns '' at the top
 */
export function writtenPath(text: Uint8Array, from: number, to: number): string {
  /** A list is the index of its element, an object the key of its member. */
  const stack: (number | string)[] = [];
  let begins = true;
  for (let i = from; i < to;) {
    if (text[i] !== COMMA) {
      i = valueEnd(text, i, to);
      begins = false;
      continue;
    }
    if (begins) stack.push(-1);
    begins = true;
    i++;
    const keyEnd = text[i] === QUOTE ? stringEnd(text, i) : i;
    const top = stack.at(-1);
    if (keyEnd < to && keyEnd > i && text[keyEnd] === COLON) {
      stack[stack.length - 1] = readUtf8Lenient(text, i + 1, keyEnd - 1);
      i = keyEnd + 1;
    } else if (typeof top === 'number') stack[stack.length - 1] = top + 1;
    // Else the members of an Any, which are written as an object of their own first.
    else stack[stack.length - 1] = '';
  }
  // Behind a whole value nobody has begun another: what is wrong is the object around.
  if (!begins) stack.pop();
  let path = '';
  for (const part of stack) {
    if (typeof part === 'number') path += `[${part}]`;
    else if (part !== '') path += path === '' ? part : `.${part}`;
  }
  return path;
}

/** Behind a whole value. */
function valueEnd(text: Uint8Array, start: number, to: number): number {
  let depth = 0;
  let i = start;
  do {
    switch (text[i]) {
      case QUOTE:
        i = stringEnd(text, i);
        continue;
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
    }
    i++;
  } while (i < to && (depth > 0 || text[i] !== COMMA));
  return i;
}

/** Behind the closing quote. */
function stringEnd(text: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== QUOTE) i += text[i] === BACKSLASH ? 2 : 1;
  return i + 1;
}
