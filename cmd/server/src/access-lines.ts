import { hostname } from 'node:os';
import type { Logger } from '@pipit/runtime';
import type { AccessLine } from '@pipit/runtime/access-log';
import type { Logger as Pino } from 'pino';
import { escapeControls, type Lines } from '@pipit/process';

/** Nothing that JSON escapes, and nothing that is not ASCII. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * Writes the lines of the access log as pino does, in less than half of its time: there is one for every
 * call, always of the same fields. Takes only what `accessLog` hands over.
 */
export function accessLines(log: Pino, lines: Pick<Lines, 'write'>): Logger {
  const after = `,"pid":${process.pid},"hostname":${JSON.stringify(hostname())},"traceId":`;
  const at = (level: 'debug' | 'info' | 'warn' | 'error'): Logger['info'] => {
    if (!log.isLevelEnabled(level)) return () => undefined;
    const before = `{"level":${log.levels.values[level]},"time":`;
    return (line, text) => lines.write(before + Date.now() + after + fields(line as AccessLine, text));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function fields(line: AccessLine, text: string): string {
  const {
    traceId,
    requestId,
    trace_id,
    span_id,
    protocol,
    method,
    path,
    code,
    business,
    reason,
    status,
    ms,
    peer,
    headers,
  } = line;
  // A proto name has nothing to escape.
  const what = method === undefined ? `,"path":${quoted(path ?? '')}` : `,"method":"${method}"`;
  const span = span_id === undefined ? '' : `,"trace_id":"${trace_id}","span_id":"${span_id}"`;
  // Checked where it came in: it has nothing to escape.
  const request = requestId === undefined ? '' : `,"requestId":"${requestId}"`;
  const more = business === undefined ? '' : `,"business":${business}`;
  const why = reason === undefined ? '' : `,"reason":${quoted(reason)}`;
  const sizes = `,"status":${status},"ms":${ms},"in":${line.in},"out":${line.out},"peer":${quoted(peer)}`;
  const asked = headers === undefined ? '' : `,"headers":${escaped(headers)}`;
  return `${quoted(traceId)}${request}${span},"protocol":"${protocol}"${what},"code":"${code}"${more}${why}${sizes}${asked},"msg":"${text}"}\n`;
}

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : escaped(text);
}

function escaped(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}
