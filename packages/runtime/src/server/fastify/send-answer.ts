import type { FastifyReply } from 'fastify';
import type { Answer } from '../../rpc/exchange.ts';
import type { ResponseHeader } from '../../rpc/response-headers.ts';
import { isBodiless, longestString } from '../answer-body.ts';
import { headerValues } from '../header-values.ts';
import { onceWritten } from '../once-written.ts';

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
  if (isBodiless(answer.status)) {
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

function setHeader(reply: FastifyReply, header: ResponseHeader): void {
  const { name } = header;
  const values = headerValues(header, reply.getHeader(name));
  // `reply.header` adds to Set-Cookie instead of setting it.
  reply.removeHeader(name).header(name, values);
}
