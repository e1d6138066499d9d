import type { ServedService } from '@pipit/runtime';
import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { page } from './page.ts';

/** @param shutdown fires when calls under way shall end at once */
export async function buildApp(
  config: Config,
  services: readonly ServedService[],
  shutdown: AbortSignal,
): Promise<FastifyInstance> {
  // A line for every request would cost more than the request; errors are logged.
  const app = fastify({ frameworkErrors, logger: { level: 'warn' } });
  // Without a prefix every path is a call's, under any verb.
  const catchAll = config.prefix === '';
  await app.register(pipit, { services, prefix: config.prefix || '/', catchAll, shutdownSignal: shutdown });
  if (hasPage(config)) {
    const html = page(config.prefix);
    app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
  }
  return app;
}

/** Without a prefix every path is a call's, `/` too. */
export function hasPage(config: Config): boolean {
  return config.prefix !== '';
}
