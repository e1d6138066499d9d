import { isPromiseLike } from './is-promise-like.ts';
import { propertyOf } from './property-of.ts';
import { textOf } from './text-of.ts';

/** One log line: fields, then a text for people. pino's order of arguments, so Fastify's logger fits. */
type LogLine = (fields: object, text: string) => void;

/** The logger of a call; in the Fastify door `request.log`. */
export interface Logger {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

const silent: LogLine = () => undefined;

/** For doors whose host has no logger: what an operator must see goes to the console. */
export const consoleLogger: Logger = {
  debug: silent,
  info: silent,
  // oxlint-disable-next-line no-console
  warn: (fields, text) => console.warn(text, fields),
  // oxlint-disable-next-line no-console
  error: (fields, text) => console.error(text, fields),
};

/** A failure, as it is logged. */
export interface FailureLine {
  /** The thrown value. */
  readonly err: unknown;
  readonly traceId?: string;
  readonly service?: string;
}

/**
 * Logs a failure. Never throws, whatever the logger does: one that cannot take what was thrown (thousands of causes,
 * getters that throw) is given its texts, and one that takes nothing is left for the console.
 */
export function logFailure(log: Logger, line: FailureLine, text: string): void {
  if (write(log, 'error', line, text)) return;
  const { err } = line;
  const plain = { type: nameOf(err), message: textOf(err), stack: textOf(propertyOf(err, 'stack')) };
  if (write(log, 'error', { ...line, err: plain }, text)) return;
  write(consoleLogger, 'error', { ...line, err: plain }, text);
}

/** The same logger, which never throws, for those who log where nobody could catch it. */
export function totalLogger(log: Logger): Logger {
  const total =
    (level: 'debug' | 'info' | 'warn'): LogLine =>
    (fields, text) => {
      try {
        log[level](fields, text);
      } catch {
        // Failures are left for the console; the rest is not worth it.
      }
    };
  return {
    debug: total('debug'),
    info: total('info'),
    warn: total('warn'),
    error: (fields, text) => logFailure(log, fields as FailureLine, text),
  };
}

/** Logs what is wrong while the call goes on. Never throws, whatever the logger does. */
export function logWarning(log: Logger, fields: object, text: string): void {
  if (!write(log, 'warn', fields, text)) write(consoleLogger, 'warn', fields, text);
}

function write(log: Logger, level: 'warn' | 'error', line: object, text: string): boolean {
  try {
    const pending: unknown = log[level](line, text);
    // An async logger may fail later: nobody but us could hear of it.
    if (isPromiseLike(pending)) void Promise.resolve(pending).catch(silent as () => void);
    return true;
  } catch {
    return false;
  }
}

/** The class of what was thrown, by its constructor; of a primitive its type. Never throws. */
export function nameOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown;
  const name = propertyOf(propertyOf(thrown, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'Object';
}
