import type { IncomingHeaders } from '../../rpc/context.ts';

/** `Connect-Timeout-Ms`, in milliseconds: ten digits at most. undefined for none, or one that is not such a number. */
export function timeoutOf({ 'connect-timeout-ms': header }: IncomingHeaders): number | undefined {
  return typeof header === 'string' && /^\d{1,10}$/.test(header) ? Number(header) : undefined;
}
