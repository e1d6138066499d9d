import type { NodeRequest } from '@pipit/runtime/node';
import { traceIdOf } from '@pipit/runtime/door';
import type { MetadataEntryInit } from '../protocol/registry.pb.ts';
import { isGatewayCredential } from './access.ts';
import type { Front } from './front-options.ts';

/** Headers on their way to a service. */
export interface SentHeaders {
  readonly headers: Record<string, string>;
  /** Those of several values. */
  readonly metadata: MetadataEntryInit[];
}

/** Of one connection only (RFC 9110, 7.6.1), of one body, or made anew here. */
const notForwarded: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-timeout',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

const traceSyntax = /^[0-9a-f]{32}$/;

/** A caller's headers as its service gets them, with those that say who asked, and under which trace id. */
export function requestHeaders(
  request: NodeRequest,
  caller: string,
  traceId: string,
  front: Front,
): SentHeaders {
  const { headers: given } = request;
  const named = namedByConnection(given.connection);
  const headers: Record<string, string> = {};
  const metadata: MetadataEntryInit[] = [];
  for (const name in given) {
    if (name.startsWith(':') || notForwarded.has(name) || named?.has(name) === true) continue;
    const value = given[name];
    if (typeof value === 'string') headers[name] = value;
    else for (const one of value ?? []) metadata.push({ key: name, value: Buffer.from(one, 'latin1') });
  }
  const { authorization } = headers;
  if (authorization !== undefined && isGatewayCredential(authorization)) delete headers['authorization'];
  const { host = given[':authority'] } = headers;
  const before = front.trustProxy ? given['x-forwarded-for'] : undefined;
  headers['x-forwarded-for'] = before === undefined ? caller : `${String(before)}, ${caller}`;
  headers['x-forwarded-proto'] =
    (front.trustProxy ? given['x-forwarded-proto']?.toString() : undefined) ??
    ('encrypted' in request.socket ? 'https' : 'http');
  if (typeof host === 'string') {
    headers['host'] = host;
    headers['x-forwarded-host'] =
      (front.trustProxy ? given['x-forwarded-host']?.toString() : undefined) ?? host;
  }
  headers['x-trace-id'] = traceId;
  headers['x-request-id'] ??= traceId;
  trace(headers, traceId);
  return { headers, metadata };
}

/** A traceparent that holds the trace id: the caller's where it is one, else a new one, else none. */
function trace(headers: Record<string, string>, traceId: string): void {
  if (headers['traceparent']?.includes(traceId) === true) return;
  delete headers['traceparent'];
  delete headers['tracestate'];
  if (traceSyntax.test(traceId) && !/^0+$/.test(traceId)) {
    headers['traceparent'] = `00-${traceId}-${traceIdOf({}).slice(0, 16)}-01`;
  }
}

function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || /^(?:keep-alive|close)$/i.test(connection)) return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
