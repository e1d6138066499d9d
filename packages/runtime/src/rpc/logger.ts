/** One log line: fields, then a text for people. pino's order of arguments, so Fastify's logger fits. */
type LogLine = (fields: object, text: string) => void;

/** What a call logs to; in the Fastify door `request.log`. */
export interface Logger {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}
