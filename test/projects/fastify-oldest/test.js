import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { fastifyRequest, frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { fastify as oldest } from 'fastify';
import { fastify as newest } from 'newest';
import { Hats } from './rpc/hats.twirp.js';
import { checkCalls } from './shared/calls.js';
import { HatsServer } from './shared/hats-server.js';

const { version } = createRequire(import.meta.url)('fastify/package.json');
assert.equal(version, '5.0.0');
for (const fastify of [oldest, newest]) {
  const app = fastify({ frameworkErrors });
  const seen = new Set();
  const hooks = [{ requestRouted: (context) => void seen.add(context.get(fastifyRequest)?.server.version) }];
  await app.register(pipit, { services: [Hats.serve(new HatsServer())], hooks });
  const baseUrl = await app.listen();
  await checkCalls(Hats, { baseUrl });
  assert.deepEqual([...seen], [app.version]);
  const undecodable = await fetch(`${baseUrl}/api/%ZZ`, { method: 'POST' });
  assert.equal((await undecodable.json()).code, 'bad_route');
  await app.close();
}
