import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  RegisterOptions,
} from 'fastify';
import { contentTypes, Protocols } from '../../protocol/protocols.ts';
import type { CalledMethod } from '../../rpc/called-method.ts';
import { defaultPrefix, normalizePrefix } from '../../rpc/prefix.ts';
import { checkOptions, type OptionNames } from '../../rpc/known-options.ts';
import { decodePath, pathOf } from '../../rpc/request-path.ts';
import { unavailable } from '../../rpc/twirp-errors.ts';
import { rpcConfig, rpcOptionNames, type RpcOptions } from '../../rpc/rpc-config.ts';
import { defaultBodyLimit, type BodyOptions } from '../body-options.ts';
import {
  answerDirectly,
  badRouteHandler,
  callHandler,
  errorHandler,
  rootHandler,
  type Mount,
} from './mount.ts';

const fastifyBodyLimit = 1024 * 1024;

/** The schema of a route that @fastify/swagger leaves out of its list; one for each, since onRoute hooks may add to it. */
const hidden = (): object => ({ hide: true });

interface Verbs {
  readonly verbs: HTTPMethods[];
  readonly isListed?: false;
}

/** One route a method: two cost a third more when the app starts. */
const allVerbs: readonly Verbs[] = [{ verbs: ['POST', 'GET', 'HEAD'] }];

/** The options of `app.register(pipit, …)`. A `bodyLimit` that is left out is the app's own, where that is not Fastify's default. */
export interface PipitOptions extends RpcOptions, BodyOptions {
  /** Also answer, as `bad_route`, every path of the app that has no route and no prefix of ours. Default false. */
  readonly catchAll?: boolean;
}

const pluginOptionNames: OptionNames<PipitOptions & RegisterOptions> = {
  ...rpcOptionNames,
  bodyLimit: true,
  compressedRequests: true,
  catchAll: true,
  // Fastify's own, of every plugin.
  logLevel: true,
  logSerializers: true,
};

/** Mounts by the HTTP server they are reached through: what `frameworkErrors` needs and Fastify keeps no place for. */
const mounts = new WeakMap<object, Mount[]>();

const plugin: FastifyPluginAsync<PipitOptions> = async (app, options) => {
  checkOptions('pipit', options, pluginOptionNames);
  const { bodyLimit = limitOf(app), compressedRequests = false, catchAll = false } = options;
  const prefix = normalizePrefix(options.prefix ?? defaultPrefix);
  const config = rpcConfig({ ...options, prefix: `${app.prefix}/${prefix}`.replaceAll(/\/{2,}/g, '/') });
  await config.routes.ready;
  const unrouted = { ...config, routes: { ...config.routes, byPath: new Map<string, never>() } };
  const protocols = new Protocols(config.protocols);
  const mount: Mount = { config, unrouted, protocols, bodies: { bodyLimit, compressedRequests }, catchAll };
  // They would keep the app from closing; their callers go on elsewhere.
  app.addHook('preClose', (done) => {
    config.watched.abortStreams(unavailable('the server is shutting down'));
    done();
  });
  mounts.set(app.server, [...(mounts.get(app.server) ?? []), mount]);

  await app.register(
    async (scope) => {
      prepare(scope, mount);
      const handler = badRouteHandler(mount);
      const urls = new Set<string>();
      const lists = app.hasDecorator('swagger');
      for (const [path, { method }] of config.routes.byPath) {
        const url = path.slice(config.routes.prefix.length);
        // `say` and its alias `Say` are one path to a router that ignores case; `invoke` tells them apart.
        const key = isCaseSensitive(app) ? url : url.toLowerCase();
        if (urls.has(key)) continue;
        urls.add(key);
        for (const { verbs, isListed } of lists ? listedVerbs(method) : allVerbs) {
          scope.route({
            method: verbs,
            url,
            bodyLimit,
            handler: callHandler(mount),
            exposeHeadRoute: false,
            ...(isListed === false && { schema: hidden() }),
          });
        }
      }
      scope.route({
        // Where we have no prefix another plugin may have the path already, as @fastify/cors has it for OPTIONS.
        method: scope.supportedMethods.filter(
          (method) => !scope.hasRoute({ method, url: `${config.routes.prefix}/*` }),
        ),
        url: '/*',
        bodyLimit,
        handler,
        exposeHeadRoute: false,
        schema: hidden(),
      });
      if (prefix !== '') {
        scope.route({
          method: [...scope.supportedMethods],
          url: '',
          bodyLimit,
          handler,
          exposeHeadRoute: false,
          schema: hidden(),
        });
        // Verbs that Fastify does not route at all, such as PROPFIND.
        scope.setNotFoundHandler(badRouteHandler(mount, mount.bodies));
      }
    },
    { prefix },
  );
  if (config.routes.atRoot.size > 0) {
    if (app.prefix !== '') {
      throw new TypeError(
        `grpcAtRoot: this scope has the prefix ${app.prefix}: register pipit in the app itself`,
      );
    }
    await app.register(async (scope) => {
      prepare(scope, mount);
      for (const url of config.routes.atRoot.keys()) {
        scope.route({ method: 'POST', url, bodyLimit, handler: rootHandler(mount), schema: hidden() });
      }
    });
  }
  if (catchAll) {
    await app.register(async (scope) => {
      prepare(scope, mount);
      scope.setNotFoundHandler(badRouteHandler(mount, mount.bodies));
    });
  }
};

/**
 * Serves services in any Fastify app: `app.register(pipit, { services: [Echo.serve(new EchoServer())] })`.
 * Every method is a route of its own; whatever else is under the prefix is answered as `bad_route`. Hooks of
 * the app run around them as around any route; its error handler and parsers do not reach them.
 * @example
 * const app = fastify();
 * await app.register(pipit, { services: [Echo.serve(new EchoServer())], hooks: [accessLog()] });
 * await app.listen({ port: 8080 });
 * @throws {TypeError} while the app starts, for an unknown option, a bad prefix, a service served twice or one that lacks a method
 * @throws {Error} while the app starts, where the rules of a request cannot be loaded
 */
export const pipit: FastifyPluginAsync<PipitOptions> = Object.assign(plugin, {
  // The prefix is ours to normalise; the scope inside is what encapsulates.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@pipit/runtime/fastify',
});

/**
 * For `fastify({ frameworkErrors })`: a path Fastify cannot percent-decode never gets to a route, so only
 * the app can hand it to us. Under a prefix of ours it is `bad_route`, elsewhere Fastify's own answer.
 * @example const app = fastify({ frameworkErrors });
 */
export function frameworkErrors(error: FastifyError, hostRequest: unknown, hostReply: unknown): void {
  // Their types depend on the app's server, HTTP/1.1 or HTTP/2, with or without TLS.
  const request = hostRequest as FastifyRequest;
  const reply = hostReply as FastifyReply;
  const path = decodePath(pathOf(request.raw.url ?? '/'));
  const mount = mounts.get(request.server.server)?.find(({ config, catchAll }) => {
    return catchAll || path.startsWith(`${config.routes.prefix}/`);
  });
  if (mount === undefined || error.code !== 'FST_ERR_BAD_URL') void reply.send(error);
  else answerDirectly(mount, mount.unrouted, request, reply);
}

/** A GET that only a hook may open is a route, since the app's guards must run, but nothing to be listed. */
function listedVerbs({ idempotency }: CalledMethod): readonly Verbs[] {
  return idempotency === 'NO_SIDE_EFFECTS'
    ? [{ verbs: ['POST', 'GET'] }, { verbs: ['HEAD'], isListed: false }]
    : [{ verbs: ['POST'] }, { verbs: ['GET', 'HEAD'], isListed: false }];
}

/** The app's own limit. Fastify does not tell its default, 1 MiB, from one that was set: it counts as none. */
function limitOf({ initialConfig: { bodyLimit } }: FastifyInstance): number {
  return bodyLimit === undefined || bodyLimit === fastifyBodyLimit ? defaultBodyLimit : bodyLimit;
}

function isCaseSensitive({ initialConfig }: FastifyInstance): boolean {
  return (initialConfig.routerOptions?.caseSensitive ?? initialConfig.caseSensitive) !== false;
}

function prepare(scope: FastifyInstance, mount: Mount): void {
  scope.removeAllContentTypeParsers();
  // The body is read by `invoke`, after it knows that the call is wanted.
  // Our types by name too, because Fastify would analyse the header of every request for the '*'.
  for (const type of [...contentTypes, '*']) {
    scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  }
  scope.setErrorHandler(errorHandler(mount));
}
