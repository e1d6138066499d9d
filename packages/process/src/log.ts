import { pino, type Logger, type LoggerOptions } from 'pino';
import { escapeControls } from './escape-controls.ts';
import { LineBatch, type Lines } from './line-batch.ts';
import { formatOptions, type LogFormat } from './log-format.ts';

/** The log of the process, JSON lines on stdout. */
export interface Log {
  readonly logger: Logger;
  readonly lines: Lines;
}

/** The settings of a log. */
interface LogSettings {
  readonly level: string;
  readonly format: LogFormat;
  /** Keys, such as names of headers, whose values are never logged. */
  readonly redact?: readonly string[];
}

export function createLog({ level, format, redact = [] }: LogSettings): Log {
  // A terminal, or a reader of what others say on stderr, may go: that is nobody's error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const options = formatOptions(format, redact);
  const lines = new LineBatch((lost, why) => {
    const text = `${lost} ${lost === 1 ? 'line' : 'lines'} of this log were lost: ${why}`;
    return lineOf(options, { lost, why }, text);
  });
  const escaped = {
    write: (line: string) => lines.write(escapeControls(line)),
    flushSync: () => lines.flushSync(),
  };
  return { logger: pino({ ...options, level }, escaped), lines };
}

/**
 * Says where the process listens: to people on a terminal in words, else in a line of the log, which stands there at
 * every level, because those who start the process wait for it.
 * @param banner for the terminal
 */
export function announce({ logger }: Log, where: object, banner: string): void {
  if (process.stdout.isTTY) process.stdout.write(banner);
  else logger.child({}, { level: 'info' }).info(where, 'listening');
}

/** A line of level `warn` that goes past the queue of the others. */
function lineOf(options: LoggerOptions, fields: object, text: string): string {
  let line = '';
  pino({ ...options, level: 'warn' }, { write: (written) => (line = written) }).warn(fields, text);
  return line;
}
