import { once } from 'node:events';

/** Smaller than the default, so that going over it costs little. */
export const bodyLimit = 64 * 1024;

/** `door(options)` serves over HTTP/1.1 and HTTP/2 on one port, which it returns. */
export const doors = {
  async fastify(options) {
    const { fastify } = await import('fastify');
    const { frameworkErrors, pipit } = await import('@pipit/runtime/fastify');
    const { createServer } = await import('@pipit/runtime/node');
    const app = fastify({
      frameworkErrors,
      // As node:http has it; connections of HTTP/2 too have to end when nothing happens on them.
      keepAliveTimeout: 5_000,
      logger: { level: 'warn' },
      serverFactory: (handler) => createServer(handler),
    });
    await app.register(pipit, { ...options, bodyLimit });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server.address().port;
  },

  async node(options) {
    const { createHandler, createServer } = await import('@pipit/runtime/node');
    const server = createServer(createHandler({ ...options, bodyLimit }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  },
};
