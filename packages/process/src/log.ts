import { pino, type Logger } from 'pino';
import { LineBatch, type Lines } from './line-batch.ts';

/** The log of the process, JSON lines. */
export interface Log {
  readonly logger: Logger;
  readonly lines: Lines;
}

/** @param redact names of headers whose values are never logged */
export function createLog({ level, redact = [] }: { level: string; redact?: readonly string[] }): Log {
  const lines = new LineBatch();
  return { logger: pino({ level, redact: redaction(redact) }, lines), lines };
}

/** The paths to redact where handlers log headers themselves; the access log redacts on its own. */
export function redaction(names: readonly string[]): { paths: string[]; censor: string } {
  const paths = names.flatMap((name) =>
    ['headers', 'req.headers', 'request.headers'].map((path) => `${path}["${name.toLowerCase()}"]`),
  );
  return { paths, censor: '[redacted]' };
}
