import { sharedKey, type ContextKey } from './context-key.ts';
import type { IncomingHeaders } from './context.ts';
import { traceOf } from './trace-id.ts';

/** Under this key a tracer puts a function for the headers by which its span of a call is the parent of others. */
export const spanHeaders: ContextKey<() => Record<string, string>> = sharedKey('spanHeaders');

/**
 * The headers by which calls made for a call belong to its trace (wire.md, Trace id). Without a tracer what came is sent
 * on as it came: a parent of our own would be one that no tracing system ever hears of.
 */
export function traceHeadersOf(
  incoming: IncomingHeaders,
  traceId: string,
  ofSpan: Record<string, string> = {},
): Record<string, string> {
  const headers: Record<string, string> = { 'x-trace-id': traceId };
  add(headers, incoming, 'baggage');
  if (Object.keys(ofSpan).length > 0) return Object.assign(headers, ofSpan);
  if (traceOf(incoming) === undefined) return headers;
  add(headers, incoming, 'traceparent');
  add(headers, incoming, 'tracestate');
  return headers;
}

function add(headers: Record<string, string>, incoming: IncomingHeaders, name: string): void {
  const value = incoming[name];
  if (value !== undefined) headers[name] = String(value);
}
