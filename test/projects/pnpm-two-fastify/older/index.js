import { fastifyRequest, pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';

/** An app of this package's Fastify, by this package's runtime. */
export async function serve(services) {
  const app = fastify();
  await app.register(pipit, { services });
  return app;
}

export { fastifyRequest };
