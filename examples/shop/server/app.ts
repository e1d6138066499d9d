import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import serveFiles from '@fastify/static';
import { docs } from '@pipit/openapi/fastify';
import type { ServedService } from '@pipit/runtime';
import { accessLog } from '@pipit/runtime/access-log';
import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { fastify, LogController, type FastifyInstance } from 'fastify';
import { AccountsServer } from '../rpc/shop/v1/accounts.ts';
import { Accounts } from '../rpc/shop/v1/accounts.twirp.ts';
import { CatalogServer } from '../rpc/shop/v1/catalog.ts';
import { Catalog } from '../rpc/shop/v1/catalog.twirp.ts';
import type { Store } from './database.ts';
import { Sessions } from './sessions.ts';

/** What `vite build` has made of web/. */
const page = fileURLToPath(new URL('../../dist/page/', import.meta.url));

/** Everything the shop serves. */
export function services(store: Store): ServedService[] {
  const sessions = new Sessions(store);
  const options = { hooks: [sessions.hooks] };
  return [
    Accounts.serve(new AccountsServer(store, sessions), options),
    Catalog.serve(new CatalogServer(store), options),
  ];
}

/** The server, not listening yet. @param log one line a call on stdout; default true */
export async function buildApp(store: Store, { log = true } = {}): Promise<FastifyInstance> {
  const app = fastify({
    logger: log,
    // The access log says the same in one line, with the trace id.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors,
  });
  const all = services(store);
  await app.register(pipit, { services: all, hooks: [accessLog()], timeoutMs: 10_000 });
  if (process.env['NODE_ENV'] !== 'production') {
    const securitySchemes = { session: { type: 'http', scheme: 'bearer' } };
    await app.register(docs, { services: all, title: 'Shop', securitySchemes });
  }
  if (existsSync(page)) await app.register(serveFiles, { root: page });
  return app;
}
