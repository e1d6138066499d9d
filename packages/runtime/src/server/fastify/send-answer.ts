import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Answer } from '../../rpc/exchange.ts';
import type { ResponseHeader } from '../../rpc/response-headers.ts';

/** Sends through `reply.send`, so that the host's onSend hooks run. */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  reply.code(answer.status);
  if (answer.headers !== undefined) for (const header of answer.headers) setHeader(reply, header);
  reply.header('content-type', answer.contentType).header('x-trace-id', answer.traceId);
  if (answer.afterWrite !== undefined) onceWritten(reply.raw, answer.afterWrite);
  reply.send(answer.body);
}

function setHeader(reply: FastifyReply, { name, values, replaces }: ResponseHeader): void {
  const already = replaces ? [] : [reply.getHeader(name) ?? []].flat().map(String);
  // `reply.header` adds to Set-Cookie instead of setting it.
  reply.removeHeader(name);
  const all = [...already, ...values];
  reply.header(name, all.length === 1 ? all[0] : all);
}

/** Calls `done` once when the response is written or its connection lost. */
function onceWritten(response: ServerResponse, done: () => void): void {
  if (response.destroyed) {
    done();
    return;
  }
  const first = (): void => {
    response.off('finish', first).off('close', first);
    done();
  };
  response.on('finish', first).on('close', first);
}
