import { errorBody, noHandler, traceIdOf } from '@pipit/runtime/door';
import { TwirpError, type ServedService } from '@pipit/runtime';
import { closingAnswer } from '@pipit/process';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';

/** The status of a request that node's parser refuses, by the error's code; of any other it is 400. */
const parserStatus: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** Answers requests outside of the prefix, in the shape of our errors, with a trace id and the prefix (wire.md, Trace id). */
export function answerOutside(
  app: FastifyInstance,
  prefix: string,
  services: readonly ServedService[],
): void {
  const serviceNames = new Set(services.map(({ type }) => type.typeName));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const error = noHandler({ prefix, serviceNames }, request.method, path);
    const { code, msg, meta } = error;
    const told = msg.includes(prefix)
      ? error
      : new TwirpError(code, `${msg}: calls go to ${prefix}/<package>.<Service>/<Method>`, { meta });
    return reply
      .code(404)
      .header('X-Trace-Id', traceIdOf(request.headers))
      .type('application/json')
      .send(Buffer.from(errorBody(told)));
  });
}

/** The same for what node's parser refuses, before there is a request. */
export const answerUnparsed: NonNullable<FastifyServerOptions['clientErrorHandler']> = (error, socket) => {
  // As node and Fastify do.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const told = new TwirpError('malformed', `the request is not valid HTTP: ${error.message}`);
  if (socket.writable) socket.write(closingAnswer(parserStatus[error.code] ?? '400 Bad Request', told));
  socket.destroy(error);
};
