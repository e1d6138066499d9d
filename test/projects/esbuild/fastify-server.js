import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { Hats } from './rpc/hats.twirp.js';
import { HatsServer } from './shared/hats-server.js';

export async function listen() {
  const app = fastify();
  await app.register(pipit, { services: [Hats.serve(new HatsServer())] });
  return [await app.listen(), app];
}
