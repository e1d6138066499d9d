import { readUtf8Lenient } from './utf8.ts';

/**
 * Where in a JSON text a position lies: `items[3].price`. Errors name it; nothing on the way to them keeps
 * track of it, since reading good input must not pay for that.
 *
 * The text before `pos` has been read without complaint, so only its brackets, strings and commas matter.
 * @returns '' at the top
 */
export function jsonPath(text: Uint8Array, pos: number): string {
  /** A list is the index of its element, an object the key of its member. */
  const stack: (number | string)[] = [];
  let key = '';
  for (let i = 0; i < pos; i++) {
    switch (text[i]) {
      case 0x7b: // {
        stack.push('');
        break;
      case 0x5b: // [
        stack.push(0);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        stack.pop();
        break;
      case 0x22: {
        const end = stringEnd(text, i + 1);
        key = readUtf8Lenient(text, i + 1, end);
        i = end;
        break;
      }
      case 0x3a: // :
        stack[stack.length - 1] = key;
        break;
      case 0x2c: {
        const top = stack.at(-1);
        if (typeof top === 'number') stack[stack.length - 1] = top + 1;
        break;
      }
      default:
    }
  }
  let path = '';
  for (const part of stack) {
    if (typeof part === 'number') path += `[${part}]`;
    else if (part !== '') path += path === '' ? part : `.${part}`;
  }
  return path;
}

function stringEnd(text: Uint8Array, from: number): number {
  let i = from;
  while (i < text.length && text[i] !== 0x22) i += text[i] === 0x5c ? 2 : 1;
  return i;
}
