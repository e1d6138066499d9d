import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { IncomingHeaders } from '../../rpc/context.ts';
import { dispatch } from '../../rpc/dispatch.ts';
import type { Answer } from '../../rpc/exchange.ts';
import type { RpcServer } from '../../rpc/rpc-server.ts';
import type { BodyOptions } from '../read-body.ts';
import { FastifyExchange } from './fastify-exchange.ts';
import { sendHostError } from './host-error.ts';
import { sendAnswer } from './send-answer.ts';

/** What one `app.register(pipit, …)` serves. */
export interface Mount {
  readonly server: RpcServer;
  readonly bodies: Required<BodyOptions>;
  readonly catchAll: boolean;
}

/** Errors by which Fastify refuses a Content-Type before a handler runs. None of these types is ours either. */
const refusedType: ReadonlySet<unknown> = new Set([
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
  'FST_ERR_ROUTE_MISSING_CONTENT_TYPE',
]);

/** Failed calls on their way through the host's onError hooks. */
const failed = new WeakMap<FastifyReply, Answer>();

/**
 * Handles one route.
 * @param bodies what is said of bodies where there is no route to ask, as in a not-found handler
 */
export function callHandler(mount: Mount, bodies?: Required<BodyOptions>): RouteHandlerMethod {
  // The host's onRoute hooks may have changed the limit; asking Fastify for it makes a new object every time.
  // No promise goes back to Fastify: it would send again where an onSend hook is slow.
  return (request, reply) => {
    bodies ??= { ...mount.bodies, bodyLimit: request.routeOptions.bodyLimit };
    dispatch(mount.server, new FastifyExchange(request, reply, bodies), (answer) => {
      // Nothing failed for the host where it has answered meanwhile, as its handlerTimeout does.
      if (answer.error === undefined || reply.sent) {
        sendAnswer(reply, answer);
      } else {
        failed.set(reply, answer);
        reply.send(answer.error);
      }
    });
  };
}

/** Handles what was thrown in our routes and around them, and calls that Fastify refuses and Twirp answers. */
export function errorHandler(
  mount: Mount,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const answer = failed.get(reply);
    if (answer !== undefined) {
      failed.delete(reply);
      sendAnswer(reply, answer);
    } else if (refusedType.has((Object(error) as { code?: unknown }).code)) {
      // The host's preHandler hooks have not run, so nothing may be served on this way: an absent type counts as a wrong one.
      const headers = { ...request.headers, 'content-type': request.headers['content-type'] ?? '' };
      answerDirectly(mount, request, reply, headers);
    } else {
      sendHostError(request, reply, error, mount.server.exposeInternalErrors);
    }
  };
}

/** Answers a call that has no route of ours, and so no error handler. */
export function answerDirectly(
  { server, bodies }: Mount,
  request: FastifyRequest,
  reply: FastifyReply,
  headers?: IncomingHeaders,
): void {
  dispatch(server, new FastifyExchange(request, reply, bodies, headers), (answer) => {
    sendAnswer(reply, answer);
  });
}
