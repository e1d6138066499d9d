import type { HttpRequest } from '../rpc/http-request.ts';
import { webUrl, type TrustedOrigins } from '../rpc/trusted-origins.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

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
