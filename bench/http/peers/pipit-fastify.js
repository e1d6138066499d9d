export const pipitFastify = {
  id: 'pipit-fastify',
  title: 'Pipit, Fastify routes',
  packages: ['@pipit/runtime', 'fastify'],
  formats: ['json', 'protobuf', 'form'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port) {
    const { fastify } = await import('fastify');
    const { pipit } = await import('@pipit/runtime/fastify');
    const { Echo } = await import('@pipit/rpc/user/v0/echo.twirp');
    const { EchoServer } = await import('@pipit/rpc/user/v0/echo');
    const app = fastify();
    await app.register(pipit, { services: [Echo.serve(new EchoServer())] });
    await app.listen({ port, host: '127.0.0.1' });
  },
};
