/** The part of the web's TextDecoder that codecs use. */
export interface TextDecoding {
  /** @throws {TypeError} for bytes that are not UTF-8, where the decoder is strict */
  decode(bytes: Uint8Array): string;
}

/** The part of the web's TextEncoder that codecs use. */
export interface TextEncoding {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, bytes: Uint8Array): { readonly written: number };
}

/** The engine's decoder, which leaves a byte order mark in place; ours where it has none (React Native). */
export function textDecoder(strict: boolean): TextDecoding {
  return typeof TextDecoder === 'undefined'
    ? { decode: (bytes) => decodeUtf8(bytes, strict) }
    : new TextDecoder('utf-8', { fatal: strict, ignoreBOM: true });
}

/** The engine's encoder, or ours. */
export function textEncoder(): TextEncoding {
  return typeof TextEncoder === 'undefined' ? { encode, encodeInto } : new TextEncoder();
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 3);
  return bytes.slice(0, encodeInto(text, bytes).written);
}

function encodeInto(text: string, bytes: Uint8Array): { readonly written: number } {
  let at = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    // Half a pair is no character.
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes[at++] = code;
    else {
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      // The first byte starts with one bit set for each byte of the character, and a zero.
      bytes[at++] = ((0xf00 >> (more + 1)) & 0xff) | (code >> (6 * more));
      for (let left = more - 1; left >= 0; left--) bytes[at++] = 0x80 | ((code >> (6 * left)) & 0x3f);
    }
  }
  return { written: at };
}

/** As the encoding standard says, so that as much of a broken sequence is replaced as engines replace. */
function decodeUtf8(bytes: Uint8Array, strict: boolean): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at++]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : 3;
    let code = first >= 0xc2 && first <= 0xf4 ? first & (0x3f >> more) : -1;
    // The second byte may neither make the character longer than it needs to be, nor half a pair, nor too large.
    let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    for (let left = more; left > 0 && code >= 0; left--) {
      const byte = bytes[at];
      if (byte === undefined || byte < low || byte > high) code = -1;
      else {
        code = (code << 6) | (byte & 0x3f);
        at++;
      }
      low = 0x80;
      high = 0xbf;
    }
    if (code < 0 && strict) throw new TypeError('invalid UTF-8');
    text += String.fromCodePoint(code < 0 ? 0xfffd : code);
  }
  return text;
}
