import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { Hats } from './rpc/hats.twirp.js';
import { checkCalls } from './shared/calls.js';
import { HatsServer } from './shared/hats-server.js';

const app = fastify();
await app.register(pipit, { services: [Hats.serve(new HatsServer())] });
await checkCalls(Hats, { baseUrl: await app.listen() });
await app.close();
