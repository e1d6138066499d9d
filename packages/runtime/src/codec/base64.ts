const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const encodeTable = new Uint8Array(64);
/** -1 for what is no character of base64. */
const decodeTable = new Int8Array(256).fill(-1);
for (let i = 0; i < 64; i++) {
  encodeTable[i] = ALPHABET.charCodeAt(i);
  decodeTable[ALPHABET.charCodeAt(i)] = i;
}
// The URL-safe alphabet (RFC 4648, section 5) is read as well.
decodeTable['-'.charCodeAt(0)] = 62;
decodeTable['_'.charCodeAt(0)] = 63;

const PADDING = 0x3d;

/** How many characters `length` bytes become, padding included. */
export function base64Length(length: number): number {
  return Math.ceil(length / 3) * 4;
}

/** Writes standard base64 with padding (RFC 4648, section 4) to `out`, from `at` on. */
export function writeBase64(bytes: Uint8Array, out: Uint8Array, at: number): void {
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const bits = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out[at++] = encodeTable[bits >>> 18]!;
    out[at++] = encodeTable[(bits >>> 12) & 63]!;
    out[at++] = encodeTable[(bits >>> 6) & 63]!;
    out[at++] = encodeTable[bits & 63]!;
  }
  const left = bytes.length - i;
  if (left === 0) return;
  const bits = (bytes[i]! << 16) | (left === 2 ? bytes[i + 1]! << 8 : 0);
  out[at++] = encodeTable[bits >>> 18]!;
  out[at++] = encodeTable[(bits >>> 12) & 63]!;
  out[at++] = left === 2 ? encodeTable[(bits >>> 6) & 63]! : PADDING;
  out[at] = PADDING;
}

/**
 * Reads base64, standard or URL-safe, padded or not (ProtoJSON).
 * @returns undefined for text that is no base64
 */
export function readBase64(text: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (end > start && text[end - 1] === PADDING && (end - start) % 4 === 0) {
    end -= text[end - 2] === PADDING ? 2 : 1;
  }
  const length = end - start;
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  // Any invalid character makes this negative.
  let valid = 0;
  let at = 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const bits =
      (decodeTable[text[i]!]! << 18) |
      (decodeTable[text[i + 1]!]! << 12) |
      (decodeTable[text[i + 2]!]! << 6) |
      decodeTable[text[i + 3]!]!;
    valid |= bits;
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8;
    bytes[at++] = bits;
  }
  if (i < end) {
    const bits =
      (decodeTable[text[i]!]! << 18) |
      (decodeTable[text[i + 1]!]! << 12) |
      (i + 2 < end ? decodeTable[text[i + 2]!]! << 6 : 0);
    valid |= bits;
    bytes[at++] = bits >> 16;
    if (i + 2 < end) bytes[at] = bits >> 8;
  }
  return valid < 0 ? undefined : bytes;
}
