import type { JsonClientOptions } from './client-options.ts';

/**
 * Where the services are: what comes before `{service}/{method}`. A slash too many at the end of the base or around the
 * prefix does no harm.
 * @throws {TypeError} for a base URL with a query or fragment, which would end up inside the URLs of methods
 */
export function baseOf({ baseUrl, prefix = 'api' }: JsonClientOptions): string {
  const base = String(baseUrl);
  if (/[?#]/.test(base)) throw new TypeError(`query or fragment in baseUrl: ${base}`);
  // But for those of `https://`.
  return `${base}/${prefix}/`.replace(/(^|[^:])\/+/g, '$1/');
}
