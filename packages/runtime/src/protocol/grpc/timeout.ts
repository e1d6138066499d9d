import type { IncomingHeaders } from '../../rpc/context.ts';

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/**
 * `grpc-timeout` in whole milliseconds, a part of one counted as one (gRPC over HTTP/2, Requests); undefined for none,
 * or one that is malformed.
 */
export function timeoutOf({ 'grpc-timeout': header }: IncomingHeaders): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(header ?? '')) ?? [];
  return digits === undefined ? undefined : Math.ceil(Number(digits) * (unitMs[unit] as number));
}
