import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { IncomingHeaders } from '../../rpc/context.ts';
import type { HttpResponse } from '../../protocol/http-response.ts';
import type { Protocols } from '../../protocol/protocols.ts';
import { invoke } from '../../rpc/invoke.ts';
import { propertyOf } from '../../rpc/property-of.ts';
import type { RpcConfig } from '../../rpc/rpc-config.ts';
import type { BodyOptions } from '../body-options.ts';
import { FastifyHttpRequest } from './fastify-http-request.ts';
import { sendHostError } from './host-error.ts';
import { sendResponse } from './send-response.ts';

/** The services of one `app.register(pipit, …)`. */
export interface Mount {
  readonly config: RpcConfig;
  /** The same without a method: for paths that are no route of a method, whose guards have not run. */
  readonly unrouted: RpcConfig;
  readonly protocols: Protocols;
  readonly bodies: Required<BodyOptions>;
  readonly catchAll: boolean;
}

/** Errors by which Fastify refuses a Content-Type before a handler runs. None of these types is ours either. */
const refusedType: ReadonlySet<unknown> = new Set([
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
  'FST_ERR_ROUTE_MISSING_CONTENT_TYPE',
]);

/** Failed calls on their way through the host's onError hooks. */
const failed = new WeakMap<FastifyReply, HttpResponse>();

/** Answers as `bad_route` what is not a route of a method. */
export function badRouteHandler(mount: Mount, bodies?: Required<BodyOptions>): RouteHandlerMethod {
  return callHandler({ ...mount, config: mount.unrouted }, bodies);
}

/**
 * Handles one route.
 * @param bodies the options for bodies where there is no route to ask, as in a not-found handler
 */
export function callHandler(mount: Mount, bodies?: Required<BodyOptions>): RouteHandlerMethod {
  // The host's onRoute hooks may have changed the limit; asking Fastify for it makes a new object every time.
  // No promise goes back to Fastify: it would send again where an onSend hook is slow.
  return (request, reply) => {
    bodies ??= { ...mount.bodies, bodyLimit: request.routeOptions.bodyLimit };
    const http = new FastifyHttpRequest(request, reply, bodies);
    invoke(mount.config, http, mount.protocols.of(http), (response) => {
      // Nothing failed for the host where it has answered meanwhile, as its handlerTimeout does.
      if (response.error === undefined || reply.sent) {
        sendResponse(reply, response);
      } else {
        failed.set(reply, response);
        reply.send(response.error);
      }
    });
  };
}

/**
 * Handles a route without the prefix, which is ours for callers by gRPC and gRPC-Web only: the host answers all others
 * as if there were no route.
 */
export function rootHandler(mount: Mount): RouteHandlerMethod {
  const handle = callHandler(mount);
  return function (request, reply) {
    const { headers, method, url } = request;
    if (!mount.protocols.of({ headers, verb: method, target: url }).atRoot) reply.callNotFound();
    else void handle.call(this, request, reply);
  };
}

/** Handles errors thrown in our routes and around them, and calls that Fastify refuses and Twirp answers. */
export function errorHandler(
  mount: Mount,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const response = failed.get(reply);
    if (response !== undefined) {
      failed.delete(reply);
      sendResponse(reply, response);
    } else if (refusedType.has(propertyOf(error, 'code'))) {
      // The host's preHandler hooks have not run, so nothing may be served on this way: an absent type counts as a wrong one.
      const headers = { ...request.headers, 'content-type': request.headers['content-type'] ?? '' };
      answerDirectly(mount, mount.config, request, reply, headers);
    } else {
      const { headers, method, url } = request;
      const protocol = mount.protocols.of({ headers, verb: method, target: url });
      sendHostError(request, reply, error, protocol, mount.config.exposeInternalErrors);
    }
  };
}

/** Answers a call that has no route of ours, and so no error handler. */
export function answerDirectly(
  { bodies, protocols }: Mount,
  config: RpcConfig,
  request: FastifyRequest,
  reply: FastifyReply,
  headers?: IncomingHeaders,
): void {
  const http = new FastifyHttpRequest(request, reply, bodies, headers);
  invoke(config, http, protocols.of(http), (response) => sendResponse(reply, response));
}
