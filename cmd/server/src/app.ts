import { normalizePrefix, frameworkErrors, pipit } from '@pipit/runtime/fastify';
import type { ServedService } from '@pipit/runtime';
import { fastify, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { allowOrigins } from './cors.ts';
import { serverFactory } from './listener.ts';
import { fastifyLogging } from './log.ts';
import type { Observers } from './observers.ts';
import { answerOutside, answerUnparsed } from './outside.ts';
import { reflectionOf, serveDocs } from './docs.ts';
import type { Config } from './settings.ts';
import type { Tls } from '@pipit/process';

/** The things that an app needs beside the settings. */
export interface AppParts {
  readonly services: readonly ServedService[];
  readonly logger: Logger;
  readonly observers: Observers;
  readonly tls: Tls | undefined;
  /** Fires when calls under way shall end at once. */
  readonly shutdownSignal: AbortSignal;
}

/** The app behind one listener. */
export async function buildApp(config: Config, parts: AppParts): Promise<FastifyInstance> {
  const { services, observers, shutdownSignal } = parts;
  const { trustProxy, bodyLimit, messageLimit, compressedRequests, timeoutMs, exposeInternalErrors } = config;
  const front = await reflectionOf(config, services);
  const app: FastifyInstance = fastify({
    frameworkErrors,
    clientErrorHandler: answerUnparsed,
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    serverFactory: serverFactory(config, parts.tls, parts.logger, front),
    // A call that comes while the server stops is answered like any other, on a connection that then closes.
    return503OnClosing: false,
    ...fastifyLogging(parts.logger),
  });
  await allowOrigins(app, config.cors);
  const prefix = normalizePrefix(config.prefix);
  await app.register(pipit, {
    services,
    prefix: prefix || '/',
    // Its clients can send no prefix.
    grpcAtRoot: true,
    // Without a prefix every path is a call's, under any verb.
    catchAll: prefix === '',
    bodyLimit,
    messageLimit,
    compressedRequests,
    trustedOrigins: [...config.cors.origins, ...config.trustedOrigins],
    hooks: observers.hooks,
    interceptors: observers.interceptors,
    shutdownSignal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(exposeInternalErrors === undefined ? {} : { exposeInternalErrors }),
  });
  if (prefix !== '') answerOutside(app, prefix, services);
  await serveDocs(app, config, services);
  return app;
}
