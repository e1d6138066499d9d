import type { IncomingHeaders } from '../../rpc/context.ts';

/**
 * `X-Request-Timeout-Ms`, in milliseconds (wire.md, Deadline and cancellation). undefined for none, or one that is
 * not a number.
 */
export function timeoutOf({ 'x-request-timeout-ms': header }: IncomingHeaders): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
