import { fastify } from './fastify.js';

/** Two lines a request, as `logger: true` writes them. */
export const fastifyLog = {
  ...fastify,
  id: 'fastify-log',
  title: `${fastify.title}, logger on`,

  serve(port) {
    return fastify.serve(port, 'json', { logger: true });
  },
};
