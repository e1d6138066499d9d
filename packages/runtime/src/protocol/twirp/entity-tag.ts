import { toUtf8 } from '../../codec/utf8.ts';

/** Two halves of a tag while it is made. */
interface Halves {
  one: number;
  two: number;
}

/**
 * A strong ETag of bytes and their type: 64 bits that tell one version of a file from another, and its length. Not
 * against somebody who makes two files of one tag; those would be his own.
 */
export function entityTag(body: Uint8Array, contentType: string): string {
  const halves: Halves = { one: 0x9e3779b9 ^ body.length, two: 0x85ebca6b };
  mix(halves, toUtf8(contentType));
  mix(halves, body);
  // Each half depends on all bits of the other.
  const one = halves.one ^ Math.imul(halves.two ^ (halves.two >>> 16), 0xc2b2ae35);
  const two = halves.two ^ Math.imul(one ^ (one >>> 16), 0x27d4eb2f);
  return `"${hex(one)}${hex(two)}-${body.length.toString(16)}"`;
}

function mix(halves: Halves, bytes: Uint8Array): void {
  let { one, two } = halves;
  for (let at = 0; at < bytes.length; at += 4) {
    // What is behind the end counts as zeros.
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    one = Math.imul(one ^ word, 0xcc9e2d51);
    one ^= one >>> 15;
    two = Math.imul(two ^ word, 0x1b873593);
    two ^= two >>> 13;
  }
  halves.one = one;
  halves.two = two;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
