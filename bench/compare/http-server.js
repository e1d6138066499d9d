/**
 * Child process: `http-server.js <tree> <door> <port>` serves user.v0.Echo of that tree through one of its doors and says
 * `ready`. The tree's own exports are all that is used of it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exported } from './trees.js';

const [tree, door, port] = process.argv.slice(2);
const from = (specifier) => import(exported(tree, specifier));

const { Echo } = await from('@pipit/rpc/user/v0/echo.twirp');
const { EchoServer } = await from('@pipit/rpc/user/v0/echo');
const services = [Echo.serve(new EchoServer())];

/** The surroundings of the calls of a service that is operated. */
const observed = {
  services,
  timeoutMs: 30_000,
  hooks: [{ requestReceived() {}, responseSent() {} }],
  interceptors: [(request, _context, next) => next(request)],
};

const doors = {
  fastify: () => onFastify({ services }),
  observed: () => onFastify(observed),
  async node() {
    const { createHandler } = await from('@pipit/runtime/node');
    await listen(createServer(createHandler({ services })));
  },
  async http2() {
    const node = await from('@pipit/runtime/node');
    await listen(node.createServer(node.createHandler({ services })));
  },
};

async function onFastify(options) {
  const { fastify } = await from('fastify');
  const { pipit } = await from('@pipit/runtime/fastify');
  const app = fastify();
  await app.register(pipit, options);
  await app.listen({ port: Number(port), host: '127.0.0.1' });
}

async function listen(server) {
  server.listen(Number(port), '127.0.0.1');
  await once(server, 'listening');
}

await doors[door]();
console.log('ready');
