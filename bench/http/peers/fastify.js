import { hello } from './hello.js';

const response = {
  type: 'object',
  properties: {
    code: { type: 'integer' },
    msg: { type: 'string' },
    data: { type: 'object', properties: { message: { type: 'string' } } },
  },
};

/** A route as Fastify's own benchmarks have it: synchronous, the answer serialised by its schema. */
export const fastify = {
  id: 'fastify',
  title: 'Fastify route, response schema',
  packages: ['fastify'],
  formats: ['json'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port, _format, options = {}) {
    const { fastify } = await import('fastify');
    const app = fastify(options);
    app.post(this.path, { schema: { response: { 200: response } } }, (request, reply) => {
      reply.send(hello(request.body));
    });
    await app.listen({ port, host: '127.0.0.1' });
  },
};
