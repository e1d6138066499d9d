import type { ForwardRequest } from './registry.pb.ts';

/** The time the sender of a request waits, in milliseconds; undefined where it does not say. */
export function timeoutOf({ timeoutMs, timeoutSeconds }: ForwardRequest): number | undefined {
  if (timeoutMs > 0) return timeoutMs;
  return timeoutSeconds > 0 ? timeoutSeconds * 1_000 : undefined;
}
