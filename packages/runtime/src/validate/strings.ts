import { utf8Length } from './utf8-length.ts';
import type { Violations } from './violations.ts';

// Lengths are of code points. A code point is one or two UTF-16 units, so counting is left out where the units decide.

export function len(v: Violations, at: string, text: string, length: number | bigint): void {
  if (text.length < length || codePoints(text) !== Number(length)) {
    v.add(at, 'string.len', `must be ${length} characters`);
  }
}

export function minLen(v: Violations, at: string, text: string, length: number | bigint): void {
  if (text.length < length || (text.length < Number(length) * 2 && codePoints(text) < length)) {
    v.add(at, 'string.min_len', `must be at least ${length} characters`);
  }
}

export function maxLen(v: Violations, at: string, text: string, length: number | bigint): void {
  if (text.length > length && (text.length > Number(length) * 2 || codePoints(text) > length)) {
    v.add(at, 'string.max_len', `must be at most ${length} characters`);
  }
}

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

export function lenBytes(v: Violations, at: string, text: string, length: number | bigint): void {
  if (utf8Length(text) !== Number(length)) v.add(at, 'string.len_bytes', `must be ${length} bytes`);
}

export function minBytes(v: Violations, at: string, text: string, length: number | bigint): void {
  if (text.length < length && utf8Length(text) < length) {
    v.add(at, 'string.min_bytes', `must be at least ${length} bytes`);
  }
}

export function maxBytes(v: Violations, at: string, text: string, length: number | bigint): void {
  if (text.length * 3 > length && (text.length > length || utf8Length(text) > length)) {
    v.add(at, 'string.max_bytes', `must be at most ${length} bytes`);
  }
}

export function prefix(v: Violations, at: string, text: string, start: string): void {
  if (!text.startsWith(start)) v.add(at, 'string.prefix', `does not have prefix \`${start}\``);
}

export function suffix(v: Violations, at: string, text: string, end: string): void {
  if (!text.endsWith(end)) v.add(at, 'string.suffix', `does not have suffix \`${end}\``);
}

export function contains(v: Violations, at: string, text: string, part: string): void {
  if (!text.includes(part)) v.add(at, 'string.contains', `does not contain substring \`${part}\``);
}

export function notContains(v: Violations, at: string, text: string, part: string): void {
  if (text.includes(part)) v.add(at, 'string.not_contains', `contains substring \`${part}\``);
}
