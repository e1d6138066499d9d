import type { HttpRequest } from '../rpc/http-request.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

/** Origins whose pages may send forms: exact ones, `*.example.com`, `null`, or all of an app's scheme as `app://`. */
export class TrustedOrigins {
  readonly #exact = new Set<string>();
  readonly #suffixes: string[] = [];
  readonly #schemes: string[] = [];

  /** @throws {TypeError} naming an entry that is none of them */
  constructor(origins: readonly string[]) {
    for (const origin of origins) {
      const text = origin.toLowerCase();
      if (/^\*(\.[a-z0-9-]+)+$/.test(text)) this.#suffixes.push(text.slice(1));
      else if (/^(?!https?:)[a-z][a-z0-9+.-]*:\/\/$/.test(text)) this.#schemes.push(text);
      else if (text === 'null' || /^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/.test(text)) this.#exact.add(text);
      else {
        throw new TypeError(
          `trustedOrigins: ${JSON.stringify(origin)} is not an origin: write it like https://app.example.com, *.example.com, capacitor://localhost or null`,
        );
      }
    }
  }

  has(origin: string): boolean {
    const text = origin.toLowerCase();
    if (this.#exact.has(text) || this.#schemes.some((scheme) => text.startsWith(scheme))) return true;
    const host = this.#suffixes.length === 0 ? undefined : webUrl(text)?.hostname;
    return host !== undefined && this.#suffixes.some((suffix) => host.endsWith(suffix));
  }
}

/**
 * Refuses a form, or a request without a body, that a page of another site made a browser send: that takes no
 * preflight, and the browser adds its cookies. To be asked before such a POST only; JSON and protobuf take one.
 * @throws {TwirpError} `permission_denied`, naming the option
 */
export function refuseCrossSite(
  { headers, host: told }: Pick<HttpRequest, 'headers' | 'host'>,
  trusted: TrustedOrigins,
): void {
  const site = headers['sec-fetch-site'];
  const origin = headers['origin'];
  if (site === undefined && origin === undefined) return;
  if (site === 'same-origin' || site === 'none') return;
  const from = origin === undefined ? undefined : String(origin);
  if (from !== undefined && trusted.has(from)) return;
  const host = told ?? headers['host'] ?? headers[':authority'];
  if (site === undefined && from !== undefined && isSameHost(from, String(host ?? ''))) return;
  const who = from === undefined ? 'a page of another site' : `a page of ${from.slice(0, 200)}`;
  throw new TwirpError(
    'permission_denied',
    `${who} may not send forms here: to allow it, put its origin into trustedOrigins`,
  );
}

function isSameHost(origin: string, host: string): boolean {
  const url = webUrl(origin);
  // With the origin's scheme, so that a port that is its default counts as none.
  return url !== undefined && host !== '' && url.host === webUrl(`${url.protocol}//${host}`)?.host;
}

function webUrl(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
