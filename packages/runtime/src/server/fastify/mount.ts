import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { IncomingHeaders } from '../../rpc/context.ts';
import { dispatch } from '../../rpc/dispatch.ts';
import type { RpcServer } from '../../rpc/rpc-server.ts';
import { FastifyExchange } from './fastify-exchange.ts';
import { sendHostError } from './host-error.ts';
import { sendAnswer } from './send-answer.ts';

/** What one `app.register(pipit, …)` serves. */
export interface Mount {
  readonly server: RpcServer;
  readonly compressedRequests: boolean;
  readonly catchAll: boolean;
}

/** Errors by which Fastify refuses a Content-Type before a handler runs. None of these types is ours either. */
const refusedType: ReadonlySet<unknown> = new Set([
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
  'FST_ERR_ROUTE_MISSING_CONTENT_TYPE',
]);

/** Handles one route. */
export function callHandler(mount: Mount): RouteHandlerMethod {
  // The host's onRoute hooks may have changed the limit; asking Fastify for it makes a new object every time.
  let bodyLimit: number | undefined;
  return (request, reply) => {
    bodyLimit ??= request.routeOptions.bodyLimit;
    call(mount, request, reply, bodyLimit);
  };
}

/** Handles what is thrown around our routes, and calls that Fastify refuses and Twirp answers. */
export function errorHandler(
  mount: Mount,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    if (refusedType.has((Object(error) as { code?: unknown }).code)) {
      // The host's preHandler hooks have not run, so nothing may be served on this way: an absent type counts as a wrong one.
      const headers = { ...request.headers, 'content-type': request.headers['content-type'] ?? '' };
      call(mount, request, reply, 0, headers);
    } else {
      sendHostError(request, reply, error, mount.server.exposeInternalErrors);
    }
  };
}

export function call(
  { server, compressedRequests }: Mount,
  request: FastifyRequest,
  reply: FastifyReply,
  bodyLimit: number,
  headers?: IncomingHeaders,
): void {
  // No promise goes back to Fastify: it would send again where an onSend hook is slow.
  dispatch(server, new FastifyExchange(request, reply, bodyLimit, compressedRequests, headers)).then(
    (answer) => sendAnswer(reply, answer),
    (error: unknown) => reply.send(error),
  );
}
