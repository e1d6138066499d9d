import { hostname } from 'node:os';
import { pino, type Logger } from 'pino';
import { LineBatch, type Lines } from './line-batch.ts';

/** The log of the process, JSON lines on stdout. */
export interface Log {
  readonly logger: Logger;
  readonly lines: Lines;
}

/** @param redact names of headers whose values are never logged */
export function createLog({ level, redact = [] }: { level: string; redact?: readonly string[] }): Log {
  // A terminal, or a reader of what others say on stderr, may go: that is nobody's error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const lines = new LineBatch((lost, why) =>
    logLine(40, { lost, why }, `${lost} ${lost === 1 ? 'line' : 'lines'} of this log were lost: ${why}`),
  );
  return { logger: pino({ level, redact: redaction(redact) }, lines), lines };
}

/**
 * Says where the process listens: to people on a terminal in words, else in a line of the log, which stands there at
 * every level, because those who start the process wait for it.
 * @param banner for the terminal
 */
export function announce({ lines }: Log, where: object, banner: string): void {
  if (process.stdout.isTTY) process.stdout.write(banner);
  else lines.write(logLine(30, where, 'listening'));
}

/** The paths to redact where handlers log headers themselves; the access log redacts on its own. */
export function redaction(names: readonly string[]): { paths: string[]; censor: string } {
  const paths = names.flatMap((name) =>
    ['headers', 'req.headers', 'request.headers'].map((path) => `${path}["${name.toLowerCase()}"]`),
  );
  return { paths, censor: '[redacted]' };
}

/** A line as pino writes it. */
function logLine(level: number, fields: object, msg: string): string {
  return `${JSON.stringify({ level, time: Date.now(), pid: process.pid, hostname: hostname(), ...fields, msg })}\n`;
}
