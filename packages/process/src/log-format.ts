import { hostname } from 'node:os';
import { stdSerializers, type LoggerOptions } from 'pino';
import { redactor } from './redact.ts';

/** The shapes that lines of the log can have: pino's own, and those that collectors read without being told how. */
export const logFormats = ['json', 'gcp', 'ecs', 'datadog'] as const;
export type LogFormat = (typeof logFormats)[number];

type Fields = Record<string, unknown>;

/** The difference between a format and pino's own. */
interface Shape {
  readonly timeKey: string;
  readonly base: Fields;
  readonly level: (label: string) => Fields;
  readonly error: (error: Fields) => Fields;
  /** The fields of a call, and of the lines that it logs. */
  readonly call: (fields: Fields) => Fields;
}

const severities: Readonly<Record<string, string>> = { warn: 'WARNING', fatal: 'CRITICAL', trace: 'DEBUG' };

const shapes: Readonly<Record<Exclude<LogFormat, 'json'>, Shape>> = {
  gcp: {
    timeKey: 'time',
    base: { pid: process.pid, hostname: hostname() },
    level: (label) => ({ severity: severities[label] ?? label.toUpperCase() }),
    error: ({ stack, ...rest }) => ({ err: rest, stack_trace: stack }),
    call: ({ trace_id, span_id, status, ms, in: read, out, peer, ...rest }) => ({
      ...rest,
      'logging.googleapis.com/trace': trace_id ?? rest['traceId'],
      'logging.googleapis.com/spanId': span_id,
      ...(ms === undefined
        ? {}
        : {
            httpRequest: {
              status,
              latency: `${Number(ms) / 1000}s`,
              requestSize: String(read),
              responseSize: String(out),
              remoteIp: peer,
            },
          }),
    }),
  },
  ecs: {
    timeKey: '@timestamp',
    base: { 'ecs.version': '8.11.0', 'process.pid': process.pid, 'host.hostname': hostname() },
    level: (label) => ({ 'log.level': label }),
    error: ({ type, message, stack, ...rest }) => ({
      error: { type, message, stack_trace: stack, ...rest },
    }),
    call: ({ traceId, trace_id, span_id, status, ms, in: read, out, peer, ...rest }) => ({
      ...rest,
      'trace.id': trace_id ?? traceId,
      'span.id': span_id,
      'http.response.status_code': status,
      'event.duration': nanoseconds(ms),
      'http.request.body.bytes': read,
      'http.response.body.bytes': out,
      'client.address': peer,
    }),
  },
  datadog: {
    timeKey: 'timestamp',
    base: { pid: process.pid, host: hostname() },
    level: (label) => ({ status: label }),
    error: ({ type, message, stack, ...rest }) => ({ error: { kind: type, message, stack, ...rest } }),
    call: ({ status, ms, in: read, out, peer, ...rest }) => ({
      ...rest,
      duration: nanoseconds(ms),
      ...(status === undefined ? {} : { http: { status_code: status } }),
      ...(peer === undefined
        ? {}
        : { network: { client: { ip: peer }, bytes_read: read, bytes_written: out } }),
    }),
  },
};

function nanoseconds(ms: unknown): number | undefined {
  return typeof ms === 'number' ? Math.round(ms * 1e6) : undefined;
}

/**
 * The options of a pino whose lines have a format.
 * @param redact keys whose values are never logged, such as names of headers
 */
export function formatOptions(format: LogFormat, redact: readonly string[]): LoggerOptions {
  const redacted = redactor(redact);
  if (format === 'json') return { formatters: { log: redacted, bindings: redacted } };
  const { timeKey, base, level, error, call } = shapes[format];
  return {
    messageKey: 'message',
    base,
    timestamp: () => `,"${timeKey}":"${new Date().toISOString()}"`,
    formatters: {
      level,
      bindings: redacted,
      log: (fields) => {
        const { err, ...rest } = redacted(fields);
        const shaped = 'traceId' in rest ? call(rest) : rest;
        if (!(err instanceof Error)) return err === undefined ? shaped : { ...shaped, err };
        return { ...shaped, ...error({ ...stdSerializers.err(err) }) };
      },
    },
  };
}
