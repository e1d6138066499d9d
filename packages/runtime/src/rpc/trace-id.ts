import type { IncomingHeaders } from './context.ts';

/** `traceparent` of W3C Trace Context, level 1: version, trace id, parent id, flags. */
const traceparent = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const zeroTrace = '0'.repeat(32);
/** An id we take from a caller that is not a W3C trace: short, and safe in a log line and in a header. */
const plainId = /^[\w.:-]{1,128}$/;

/** The call's trace id: of a valid `traceparent`, else a valid `X-Trace-Id`, else new (wire.md, Trace id). */
export function traceIdOf(headers: IncomingHeaders): string {
  const trace = traceOf(headers);
  if (trace !== undefined) return trace;
  const own = headers['x-trace-id'];
  return typeof own === 'string' && plainId.test(own) ? own : newTraceId();
}

/** An id that proxies give a request: that of Heroku and others may have these signs. */
const requestId = /^[\w.:=+/@-]{1,200}$/;

/** The `X-Request-Id` of a request, where it is one that is fit for a log. */
export function requestIdOf({ 'x-request-id': id }: IncomingHeaders): string | undefined {
  return typeof id === 'string' && requestId.test(id) ? id : undefined;
}

/** The trace id of a valid `traceparent`. */
export function traceOf({ traceparent: parent }: IncomingHeaders): string | undefined {
  if (typeof parent !== 'string') return undefined;
  const trace = traceparent.exec(parent)?.[1];
  return trace === zeroTrace ? undefined : trace;
}

type HexSlice = (this: Uint8Array, start: number, end: number) => string;
/** Node's own conversion, where there is a Buffer: at the edge there need not be one. */
const hexSlice = (globalThis as { Buffer?: { prototype: { hexSlice?: HexSlice } } }).Buffer?.prototype
  .hexSlice;

/** Random bytes are asked for 256 ids at a time: one system call for each would cost more than the rest of the id. */
const pool = new Uint8Array(256 * 16);
/** The pool as hex digits; each id is a slice of it. */
let digits = '';
let taken = 0;

function newTraceId(): string {
  if (taken === digits.length) {
    digits = hexOf(crypto.getRandomValues(pool));
    taken = 0;
  }
  return digits.slice(taken, (taken += 32));
}

function hexOf(bytes: Uint8Array): string {
  return hexSlice === undefined
    ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    : hexSlice.call(bytes, 0, bytes.length);
}
