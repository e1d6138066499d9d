import type { Context } from '../rpc/context.ts';
import type { Hooks } from '../rpc/hooks.ts';
import type { Logger } from '../rpc/logger.ts';
import { requestIdOf } from '../rpc/trace-id.ts';
import { spanIds } from './span-ids.ts';

export { clientLog, type ClientLogOptions } from './client-log.ts';

/** The options of `accessLog`. */
export interface AccessLogOptions {
  /** Where the lines go. Default `context.log`, in the Fastify door the logger of the request. */
  readonly log?: Logger;
  /** Request headers to log, by name. Default none. */
  readonly headers?: readonly string[];
  /** Logs one of so many calls whose code is `ok`, and all of the others. Default 1. */
  readonly okEvery?: number;
  /** Headers of which only `[redacted]` is logged. Default `secretHeaders`. */
  readonly redact?: readonly string[];
}

/** Headers that let whoever reads them act as the caller. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
];

/** One line of the access log: the fields that are handed to the logger. */
export interface AccessLine {
  readonly traceId: string;
  /** The caller's `X-Request-Id`, where it sent one that is fit for a log. */
  readonly requestId: string | undefined;
  /** The trace of the call's span, where `tracing` has made one; under OpenTelemetry's own names, as log collectors look for them. */
  readonly trace_id: string | undefined;
  /** The call's span, where `tracing` has made one. */
  readonly span_id: string | undefined;
  /** The caller's protocol: `twirp`, `connect`, `grpc-web`, `grpc`. */
  readonly protocol: string;
  /** `pkg.Service/Method`; undefined for a call that reaches none. */
  readonly method: string | undefined;
  /** Only where there is no `method`: without the query, which may hold secrets. */
  readonly path: string | undefined;
  /** `ok`, `business_error`, or the error's code; `canceled` where the caller had gone. */
  readonly code: string;
  /** The envelope's code, where it is above 0. */
  readonly business: number | undefined;
  /** Why the call failed, with the texts of the error's causes; undefined where it did not. */
  readonly reason: string | undefined;
  /** 0 where the answer was not delivered. */
  readonly status: number;
  /** From the request's head to the end of the answer, to a hundredth. */
  readonly ms: number;
  /** Bytes of the request's body, after decompression. */
  readonly in: number;
  /** Bytes of the answer's body. */
  readonly out: number;
  readonly peer: string;
  readonly headers: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Logs one line a call when it is answered: `error` where the server is at fault (`context.outcome.fault`), `warn` where
 * the caller is, `info` otherwise. The line is for machines; its text is only `call`.
 * @example
 * await app.register(pipit, { services, hooks: [accessLog({ headers: ['user-agent'] })] });
 */
export function accessLog(options: AccessLogOptions = {}): Hooks {
  const names = (options.headers ?? []).map((name) => name.toLowerCase());
  const { okEvery = 1 } = options;
  let ok = 0;
  const secret = new Set((options.redact ?? secretHeaders).map((name) => name.toLowerCase()));
  return {
    requestReceived(context) {
      // Asked for now, because afterwards the connection may be lost and its address with it.
      void context.peer;
    },
    responseSent(context) {
      const { fault, code } = context.outcome;
      if (okEvery > 1 && code === 'ok' && ++ok % okEvery !== 0) return;
      const log = options.log ?? context.log;
      const line = lineOf(context, names.length === 0 ? undefined : headersOf(context, names, secret));
      if (fault === 'server') log.error(line, 'call');
      else if (fault === 'caller') log.warn(line, 'call');
      else log.info(line, 'call');
    },
  };
}

function lineOf(context: Context, headers: Record<string, unknown> | undefined): AccessLine {
  const { method, outcome } = context;
  const ids = context.get(spanIds);
  return {
    traceId: context.traceId,
    requestId: requestIdOf(context.headers),
    trace_id: ids?.trace_id,
    span_id: ids?.span_id,
    protocol: context.protocol,
    method: method === undefined ? undefined : `${context.service}/${method.name}`,
    path: method === undefined ? context.path : undefined,
    code: outcome.code,
    business: outcome.businessCode,
    reason: outcome.reason,
    status: context.status,
    ms: Math.round((performance.now() - context.started) * 100) / 100,
    in: context.requestBytes,
    out: context.responseBytes,
    peer: context.peer,
    headers,
  };
}

function headersOf(
  context: Context,
  names: readonly string[],
  secret: ReadonlySet<string>,
): Record<string, unknown> {
  const logged: Record<string, unknown> = {};
  for (const name of names) {
    const value = context.headers[name];
    if (value !== undefined) logged[name] = secret.has(name) ? '[redacted]' : value;
  }
  return logged;
}
