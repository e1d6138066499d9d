/** Scheme and authority of an absolute-form request target, which Node hands over whole (RFC 9112, 3.2.2). */
const origin = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?]*/;
/** Escapes but that of a slash: decoded it would make two segments of one, and a guard on a route would not see the path of the call. */
const escapes = /(?:%(?!2[Ff])[0-9A-Fa-f]{2})+/g;
const hiddenSlash = /\\|%2f|%5c/i;
// oxlint-disable-next-line no-control-regex
const unprintable = /[\x00-\x1f\x7f]/g;

/** The path of a request target, still percent-encoded. */
export function pathOf(target: string): string {
  const local = target.startsWith('/') ? target : target.replace(origin, '');
  const query = local.indexOf('?');
  return query < 0 ? local : local.slice(0, query);
}

/** The query of a request target without its `?`, or undefined where there is none. */
export function queryOf(target: string): string | undefined {
  const start = target.indexOf('?');
  return start < 0 ? undefined : target.slice(start + 1);
}

/** The path with its segments percent-decoded. `%2F` and a broken escape stay as they are, a byte that is no UTF-8 becomes U+FFFD. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(escapes, (run) => utf8Of(run) ?? new TextDecoder().decode(bytesOf(run)));
}

/** A segment of the path, which is still percent-encoded, holds a slash or backslash: such a path is no call's. */
export function hasHiddenSlash(path: string): boolean {
  return hiddenSlash.test(path);
}

/** `text` in double quotes as Go's `%q` writes it: the bad_route texts are Twirp's. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(unprintable, (character) => hex(character.charCodeAt(0)))}"`;
}

/** The decoded path in double quotes, a byte that is no UTF-8 as `\xff`. */
export function quotePath(path: string): string {
  if (!path.includes('%')) return quote(path);
  const inner = path.replace(/(?:%(?!2[Ff])[0-9A-Fa-f]{2})+|[^%]+|%/g, (piece) => {
    const text = piece.length > 1 && piece.startsWith('%') ? utf8Of(piece) : piece;
    return text === undefined ? Array.from(bytesOf(piece), hex).join('') : quote(text).slice(1, -1);
  });
  return `"${inner}"`;
}

function utf8Of(run: string): string | undefined {
  try {
    return decodeURIComponent(run);
  } catch {
    return undefined;
  }
}

function bytesOf(run: string): Uint8Array {
  return Uint8Array.from(run.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
