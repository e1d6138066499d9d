import type { Hooks } from '@pipit/runtime';
import { spanIds } from '@pipit/runtime/tracing';
import {
  LogController,
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Logger } from 'pino';

/** Fastify's options to log with it: no lines of its own for a request, and a cheap logger for each. */
export function fastifyLogging(
  logger: Logger,
): Pick<FastifyServerOptions, 'loggerInstance' | 'logController' | 'childLoggerFactory'> {
  return {
    loggerInstance: logger,
    logController: new QuietController(),
    childLoggerFactory: (parent, bindings) => new CallLog(parent, bindings),
  };
}

/** Lets every line that a call logs carry its trace id, and its span's where there is one. To come after hooks that set them. */
export const logsTraceId: Hooks = {
  requestReceived(context) {
    const { log, traceId } = context;
    if (log instanceof CallLog) log.bindings = { traceId, ...context.get(spanIds) };
  },
};

/** The access log says the same in one line; and a query, which may hold secrets, is in no line. */
class QuietController extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
  override routeNotFound(): void {}

  override defaultErrorLog(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    const { method, url } = request;
    const line = { method, path: url.split('?', 1)[0], status: reply.statusCode, err: error };
    if (reply.statusCode >= 500) reply.log.error(line, error.message);
    else reply.log.info(line, error.message);
  }

  override writeHeadError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    this.defaultErrorLog(error, request, reply);
  }
}

type Line = [fields: unknown, ...rest: unknown[]];

/**
 * The logger of one request. Most requests log nothing themselves, so nothing is computed before the first
 * line; a child of pino's would be.
 */
class CallLog {
  readonly #parent: FastifyBaseLogger;
  /** Fields added to every line. */
  bindings: object;

  constructor(parent: FastifyBaseLogger, bindings: object) {
    this.#parent = parent;
    this.bindings = bindings;
  }

  get level(): string {
    return this.#parent.level;
  }

  child(...args: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#parent.child({ ...this.bindings, ...args[0] }, args[1]);
  }

  trace(...line: Line): void {
    this.#log('trace', line);
  }
  debug(...line: Line): void {
    this.#log('debug', line);
  }
  info(...line: Line): void {
    this.#log('info', line);
  }
  warn(...line: Line): void {
    this.#log('warn', line);
  }
  error(...line: Line): void {
    this.#log('error', line);
  }
  fatal(...line: Line): void {
    this.#log('fatal', line);
  }
  silent(): void {}

  #log(level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', [first, ...rest]: Line): void {
    const log: (fields: object, ...rest: unknown[]) => void = this.#parent[level].bind(this.#parent);
    if (typeof first !== 'object' || first === null) log(this.bindings, first, ...rest);
    else if (first instanceof Error)
      log({ ...this.bindings, err: first }, rest[0] ?? first.message, ...rest.slice(1));
    else log({ ...this.bindings, ...first }, ...rest);
  }
}
