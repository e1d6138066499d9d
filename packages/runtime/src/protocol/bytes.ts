import { base64Length, writeBase64 } from '../codec/base64.ts';
import { readAscii } from '../codec/utf8.ts';

/** A text of Latin-1, as header values are, as bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Bytes as base64 with padding, in ASCII. */
export function base64(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(base64Length(bytes.length));
  writeBase64(bytes, text, 0);
  return text;
}

/** Bytes as base64 without padding, as a header or a text in JSON. */
export function unpaddedBase64(bytes: Uint8Array): string {
  const text = base64(bytes);
  return readAscii(text, 0, text.length).replace(/=+$/, '');
}
