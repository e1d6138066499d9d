import type { RequestListener } from 'node:http';
import { docsPathOf, StartError } from '@pipit/process';
import type { ServedService } from '@pipit/runtime';
import { traceIdOf } from '@pipit/runtime/door';
import { normalizePrefix } from '@pipit/runtime/fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from './settings.ts';

/**
 * Adds the docs page of what a listener serves, where there is to be one; `/` leads there. Without one nothing is loaded.
 * @throws {StartError} where calls have its path
 */
export async function serveDocs(
  app: FastifyInstance,
  config: Pick<Config, 'docs' | 'prefix'>,
  services: readonly ServedService[],
): Promise<void> {
  const path = docsPathOf(config.docs);
  if (path === undefined) return;
  const prefix = normalizePrefix(config.prefix);
  if (path === prefix) {
    throw new StartError(
      `docs and prefix are both ${path}: choose another path for one of them, or set docs to off`,
    );
  }
  const { docs } = await import('@pipit/openapi/fastify');
  await app.register(docs, { services, path, prefix: prefix || '/' });
  // Without a prefix every path is a call's, `/` too. Relative, so that a proxy may serve all of it under another path.
  if (prefix === '') return;
  app.get('/', (request, reply) =>
    reply.header('X-Trace-Id', traceIdOf(request.headers)).redirect(`${path.slice(1)}/`),
  );
}

/** gRPC's reflection, to go in front of an app where there is a docs page, which tells the same; else nothing does. */
export async function reflectionOf(
  { docs }: Pick<Config, 'docs'>,
  services: readonly ServedService[],
): Promise<(listener: RequestListener) => RequestListener> {
  if (docsPathOf(docs) === undefined) return (listener) => listener;
  const { withReflection } = await import('@pipit/runtime/reflect');
  return (listener) => withReflection(listener, services);
}
