import { once } from 'node:events';

export const pipitNode = {
  id: 'pipit-node',
  title: 'Pipit, node:http',
  packages: ['@pipit/runtime'],
  formats: ['json', 'protobuf', 'form'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port) {
    const { createServer } = await import('node:http');
    const { createHandler } = await import('@pipit/runtime/node');
    const { Echo } = await import('@pipit/rpc/user/v0/echo.twirp');
    const { EchoServer } = await import('@pipit/rpc/user/v0/echo');
    const server = createServer(createHandler({ services: [Echo.serve(new EchoServer())] }));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
