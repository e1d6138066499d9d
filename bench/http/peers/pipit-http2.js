import { once } from 'node:events';
import { h2Load } from '../h2-load.js';
import { h2Post } from '../h2-request.js';
import { pipitNode } from './pipit-node.js';

/** The node door's server for both versions of HTTP, over HTTP/2: four connections, sixteen calls at a time. */
export const pipitHttp2 = {
  ...pipitNode,
  id: 'pipit-http2',
  title: 'Pipit, HTTP/2 (node:http2)',
  formats: ['json', 'protobuf'],
  load: h2Load,
  post: h2Post,

  async serve(port) {
    const { createHandler, createServer } = await import('@pipit/runtime/node');
    const { Echo } = await import('@pipit/rpc/user/v0/echo.twirp');
    const { EchoServer } = await import('@pipit/rpc/user/v0/echo');
    const server = createServer(createHandler({ services: [Echo.serve(new EchoServer())] }));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
