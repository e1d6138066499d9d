import type { CallerContext } from './caller-context.ts';
import type { CallOptions } from './call-options.ts';

/**
 * Options of a call that is made for another, the one whose `context` it is: its trace goes on, the server is told what is
 * left of its deadline, and the call ends when its signal fires, with that reason. The methods of `createClient` take
 * `{ context }` instead.
 * @param options of the call beside those; what they set counts, but for a `timeoutMs` beyond the deadline
 * @example
 * const { data } = await client(hello, { message: 'world' }, forCall(context, { timeoutMs: 500 }));
 */
export function forCall(
  { signal, deadline = Infinity, traceHeaders }: CallerContext,
  options: Omit<CallOptions, 'context'> = {},
): Omit<CallOptions, 'context'> {
  const headers = new Headers(traceHeaders);
  new Headers(options.headers).forEach((value, name) => headers.set(name, value));
  // A millisecond more, so that the deadline itself is the first to tell.
  const left = Math.max(deadline - Date.now(), 0) + 1;
  return {
    ...options,
    headers,
    signal: options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]),
    timeoutMs: Math.min(options.timeoutMs ?? Infinity, left),
  };
}
