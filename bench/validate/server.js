/** Child process: `server.js <port>` serves Bench in Fastify. Under `/off` nothing is checked. */
import { join } from 'node:path';
import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { generated } from './generate.js';

const { Bench } = await import(join(generated, 'rules.twirp.js'));
const done = { done: true };
const services = [Bench.serve({ five: () => done, none: () => done })];
const app = fastify();
await app.register(pipit, { services });
await app.register(pipit, { services, prefix: '/off', validate: false });
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
