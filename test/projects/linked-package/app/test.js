import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { Hats } from 'hats';
import { checkCalls } from './shared/calls.js';
import { HatsServer } from './shared/hats-server.js';

const runtimeOf = (from) => createRequire(from).resolve('@pipit/runtime/package.json');
assert.notEqual(runtimeOf(import.meta.url), runtimeOf(new URL('../hats/rpc/hats.twirp.js', import.meta.url)));

const app = fastify();
await app.register(pipit, { services: [Hats.serve(new HatsServer())] });
await checkCalls(Hats, { baseUrl: await app.listen() });
await app.close();
