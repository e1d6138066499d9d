import type { IncomingHttpHeaders } from 'node:http';
import { connectionHeaders, traceIdOf } from '@pipit/runtime/door';
import { budgets } from '../protocol/budgets.ts';
import type { MetadataEntryInit } from '../protocol/registry.pb.ts';
import { withoutKeys } from '../keys/credential.ts';
import type { CallerRequest } from './caller-request.ts';
import type { Front } from './front-options.ts';

/** Headers on their way to a service. */
export interface SentHeaders {
  readonly headers: Record<string, string>;
  /** Those of several values. */
  readonly metadata: MetadataEntryInit[];
}

/** Of one connection only, of one body, or made anew here. */
const notForwarded: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  'content-length',
  'expect',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-timeout',
  'proxy-authorization',
  'x-trace-id',
  'traceparent',
  'tracestate',
]);

/** Says who asked, and of what: only a proxy in front may, and what it says is taken over from the names it is known by. */
const forwardedFact = /^(?:x-forwarded(?:-|$)|x-original-|forwarded$|x-real-ip$|true-client-ip$)/;

/** The same few names come again and again. */
const known = new Map<string, boolean>();
const { count: mostKept, bytes: longestKept } = budgets.headerNames;

function isForwarded(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  // Servers that put headers into variables take one for the other.
  const spelt = name.replaceAll('_', '-');
  const is = !notForwarded.has(name) && !name.startsWith(':') && !forwardedFact.test(spelt);
  if (known.size < mostKept && name.length <= longestKept) known.set(name, is);
  return is;
}

/** The trace ids a traceparent can have: anything but zeros. */
const traceSyntax = /^(?!0{32})[0-9a-f]{32}$/;
/** Of a caller without a trace: a new id. */
const noHeaders = {};

/** The headers of several values of most requests, which have none. */
const none: MetadataEntryInit[] = [];

/**
 * A caller's headers as its service gets them, with those that say who asked, and under which trace id. Nothing is
 * taken out of what was put in: an object from which something was deleted is slow ever after.
 */
export function requestHeaders(
  request: CallerRequest,
  caller: string,
  traceId: string,
  front: Front,
): SentHeaders {
  const { headers: given } = request;
  const named = namedByConnection(given.connection);
  const headers: Record<string, string> = {
    'x-trace-id': traceId,
    'x-request-id': traceId,
    'x-forwarded-for': caller,
    'x-forwarded-proto': request.isEncrypted ? 'https' : 'http',
  };
  let metadata = none;
  for (const name in given) {
    if (!isForwarded(name) || named?.has(name) === true) continue;
    const value = given[name];
    if (typeof value !== 'string') {
      if (metadata === none) metadata = [];
      for (const one of value ?? []) {
        metadata.push({ key: name, value: Buffer.from(withoutKeys(one) ?? '', 'latin1') });
      }
      continue;
    }
    const sent = withoutKeys(value);
    if (sent !== undefined) headers[name] = sent;
  }
  const authority = given[':authority'];
  if (typeof authority === 'string') headers['host'] ??= authority;
  if (front.trustProxy) believe(headers, given, caller);
  trace(headers, given, traceId);
  return { headers, metadata };
}

/** Takes over what a proxy in front says of the caller. */
function believe(headers: Record<string, string>, given: IncomingHttpHeaders, caller: string): void {
  const before = given['x-forwarded-for'];
  if (before !== undefined) headers['x-forwarded-for'] = `${String(before)}, ${caller}`;
  for (const name of ['forwarded', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip']) {
    const value = given[name];
    if (value !== undefined) headers[name] = String(value);
  }
}

/** A traceparent that holds the trace id: the caller's where it is one, else a new one, else none. */
function trace(headers: Record<string, string>, given: IncomingHttpHeaders, traceId: string): void {
  const parent = given['traceparent'];
  if (typeof parent === 'string' && parent.includes(traceId)) {
    headers['traceparent'] = parent;
    if (given['tracestate'] !== undefined) headers['tracestate'] = String(given['tracestate']);
  } else if (traceSyntax.test(traceId)) {
    headers['traceparent'] = `00-${traceId}-${traceIdOf(noHeaders).slice(0, 16)}-01`;
  }
}

function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || /^(?:keep-alive|close)$/i.test(connection)) return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
