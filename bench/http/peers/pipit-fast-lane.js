import { once } from 'node:events';

export const pipitFastLane = {
  id: 'pipit-fast-lane',
  title: 'Pipit, fast lane',
  packages: ['@pipit/runtime'],
  formats: ['json', 'protobuf', 'form'],
  path: '/api/user.v0.Echo/Hello',

  async serve(port) {
    const { createHandler, createServer } = await import('@pipit/runtime/node');
    const { Echo } = await import('@pipit/rpc/user/v0/echo.twirp');
    const { EchoServer } = await import('@pipit/rpc/user/v0/echo');
    const server = createServer(createHandler({ services: [Echo.serve(new EchoServer())] }), {
      fastLane: true,
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
