/** Unreserved characters and sub-delims of RFC 3986 but `*`, and `@`: nothing a router could take for a pattern. */
const segment = /^[A-Za-z0-9\-._~!$&'()+,;=@]+$/;

/** Where calls are served unless something else is said (wire.md, Routes). */
export const defaultPrefix = '/api';

/**
 * A path prefix in its one form: `api`, `/api/` and `/api` are `/api`; `/` and the empty string are none, ``.
 * @example normalizePrefix('my/api/'); // '/my/api'
 * @throws {TypeError} naming what is wrong with it
 */
export function normalizePrefix(prefix: string): string {
  if (prefix === '' || prefix === '/') return '';
  const segments = prefix.replace(/^\//, '').replace(/\/$/, '').split('/');
  for (const part of segments) {
    if (!segment.test(part) || part === '.' || part === '..') {
      throw new TypeError(
        `${JSON.stringify(prefix)} is not a path prefix: write it like /api or /my/api, or / for none`,
      );
    }
  }
  return `/${segments.join('/')}`;
}
