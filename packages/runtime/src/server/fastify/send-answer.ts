import type { FastifyReply } from 'fastify';
import type { Answer } from '../../rpc/exchange.ts';
import type { ResponseHeader } from '../../rpc/response-headers.ts';
import { onceWritten } from '../once-written.ts';

/**
 * Node writes a string in one piece with the head, but bytes in a piece of their own, which costs more than
 * the rest of the call. From about this many bytes on, copying costs more than that.
 */
const longestString = 16 * 1024;

/** With a serializer of our own Fastify adds no charset to the Content-Type. */
const asIs = (text: unknown): string => text as string;

/** Sends through `reply.send`, so that the host's onSend hooks run. Does not throw: what cannot be sent is logged. */
export function sendAnswer(reply: FastifyReply, answer: Answer): void {
  try {
    send(reply, answer);
  } catch (error) {
    const { traceId } = answer;
    reply.log.error({ err: error, traceId }, `the answer could not be sent: ${(error as Error).message}`);
    reply.raw.destroy();
  }
}

function send(reply: FastifyReply, answer: Answer): void {
  if (answer.afterWrite !== undefined) onceWritten(reply.raw, answer.afterWrite);
  // The host has answered meanwhile, as its handlerTimeout does.
  if (reply.sent) return;
  reply.code(answer.status);
  if (answer.headers !== undefined) for (const header of answer.headers) setHeader(reply, header);
  reply.header('x-trace-id', answer.traceId);
  // RFC 9110, 6.4.1: these two have no content.
  if (answer.status === 204 || answer.status === 304) {
    reply.send();
    return;
  }
  reply.header('content-type', answer.contentType);
  if (answer.isText && answer.body.length <= longestString) {
    reply.serializer(asIs).send(textOf(answer.body));
  } else {
    reply.send(answer.body);
  }
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString();
}

function setHeader(reply: FastifyReply, { name, values, replaces }: ResponseHeader): void {
  const already = replaces ? [] : [reply.getHeader(name) ?? []].flat().map(String);
  // `reply.header` adds to Set-Cookie instead of setting it.
  reply.removeHeader(name);
  const all = [...already, ...values];
  reply.header(name, all.length === 1 ? all[0] : all);
}
