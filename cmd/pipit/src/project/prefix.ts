/**
 * The part of a path before the service: `--prefix`, else RPC_PREFIX, else `/api`.
 * `api`, `/api/` and `/api` are the same, `/` is none.
 */
export function prefixOf(flag: string | undefined): string {
  const prefix = (flag ?? process.env['RPC_PREFIX'] ?? '/api').replace(/^\/+|\/+$/g, '');
  return prefix === '' ? '' : `/${prefix}`;
}
