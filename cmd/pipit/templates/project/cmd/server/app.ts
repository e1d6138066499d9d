import type { ServedService } from '@pipit/runtime';
import { accessLog } from '@pipit/runtime/access-log';
import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { fastify, LogController, type FastifyInstance } from 'fastify';

export interface AppOptions {
  readonly services: readonly ServedService[];
  /** Path before the service name; `/` for none. */
  readonly prefix: string;
  /** The path of the page that shows and calls every method. Default none. */
  readonly docsPath?: string;
  /** JSON lines on stdout. Default true. */
  readonly log?: boolean;
  /** Fires when calls under way shall end at once. */
  readonly shutdownSignal?: AbortSignal;
}

/** A server, not listening yet. */
export async function buildApp({ log = true, docsPath, ...options }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: log,
    // The access log says the same in one line, with the trace id.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors,
    // A caller has this long, in milliseconds, to send a request.
    requestTimeout: 30_000,
    // What comes while the server stops is answered, on a connection that then closes.
    return503OnClosing: false,
  });

  let ready = true;
  app.addHook('preClose', async () => {
    ready = false;
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'shutting down' });
  });

  await app.register(pipit, {
    ...options,
    hooks: [accessLog()],
    // A handler has this long; a caller can ask for less with X-Request-Timeout-Ms.
    timeoutMs: 10_000,
  });
  if (docsPath !== undefined) {
    const { docs } = await import('@pipit/openapi/fastify');
    const { services, prefix } = options;
    await app.register(docs, { services, prefix, path: docsPath, title: '__name__' });
  }
  return app;
}
