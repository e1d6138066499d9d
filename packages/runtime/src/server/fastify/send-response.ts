import { isUtf8 } from 'node:buffer';
import type { FastifyReply } from 'fastify';
import type { HttpResponse } from '../../protocol/http-response.ts';
import { logFailure } from '../../rpc/logger.ts';
import { unavailable } from '../../rpc/twirp-errors.ts';
import type { ResponseHeader } from '../../rpc/response-headers.ts';
import { textOf as textOfThrown } from '../../rpc/text-of.ts';
import { isBodiless } from '../../protocol/bodiless.ts';
import { longestString } from '../response-body.ts';
import { jsonType } from '../../protocol/twirp/content-type.ts';
import { chunkStream } from '../chunk-stream.ts';
import { headerValues } from '../header-values.ts';
import { onceWritten } from '../once-written.ts';

/** With a serializer of our own Fastify adds no charset to the Content-Type. */
const asIs = (text: unknown): string => text as string;

/** Sends through `reply.send`, so that the host's onSend hooks run. Does not throw: a response that cannot be sent is logged. */
export function sendResponse(reply: FastifyReply, response: HttpResponse): void {
  try {
    send(reply, response);
  } catch (error) {
    const { traceId } = response;
    logFailure(reply.log, { err: error, traceId }, `the answer could not be sent: ${textOfThrown(error)}`);
    reply.raw.destroy();
  }
}

function send(reply: FastifyReply, response: HttpResponse): void {
  const { status, contentType, body } = response;
  // The host has answered meanwhile, as its handlerTimeout does.
  if (reply.sent) {
    response.afterWrite?.(false, unavailable('the host answered before the handler was done'));
    return;
  }
  if (response.afterWrite !== undefined) onceWritten(reply.raw, response.afterWrite);
  reply.code(status);
  if (response.headers !== undefined) for (const header of response.headers) setHeader(reply, header);
  reply.header('x-trace-id', response.traceId);
  if (isBodiless(status)) {
    reply.send();
    return;
  }
  reply.header('content-type', contentType);
  if (!(body instanceof Uint8Array)) reply.send(chunkStream(reply.raw, body, response.trailers));
  // As bytes where a header is not ASCII: node would write head and text in one piece, as UTF-8.
  else if (response.trailers !== undefined) {
    reply.raw.addTrailers(response.trailers());
    reply.send(body);
  } else if (
    body.length <= longestString &&
    response.headers?.hasLatin1 !== true &&
    contentType === jsonType &&
    // A download that says it is JSON need not be UTF-8; it has headers, since it is marked as one.
    (response.headers === undefined || isUtf8(body))
  ) {
    reply.serializer(asIs).send(textOf(body));
  } else reply.send(body);
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
