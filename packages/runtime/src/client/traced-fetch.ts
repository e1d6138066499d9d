/**
 * The global `fetch`, for requests that carry a trace. Where Node's own has been instrumented, as OpenTelemetry's
 * auto-instrumentations do, that adds a `traceparent` with a span of its own: ours makes way, because two make none.
 */
export const tracedFetch: typeof fetch = (input, init) => {
  if (isInstrumented()) {
    const headers = init?.headers as Headers;
    headers.delete('traceparent');
    headers.delete('tracestate');
  }
  return fetch(input, init);
};

/** Not an import: browsers and bundlers would look for it. */
function isInstrumented(): boolean {
  const { getBuiltinModule } = (globalThis as { process?: Partial<NodeJS.Process> }).process ?? {};
  const { channel } = getBuiltinModule?.('node:diagnostics_channel') ?? {};
  return channel?.('undici:request:create').hasSubscribers === true;
}
