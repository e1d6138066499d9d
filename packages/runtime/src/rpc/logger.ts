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
