import assert from 'node:assert/strict';
import * as newer from 'newer';
import * as older from 'older';
import { Hats } from './rpc/hats.twirp.js';
import { checkCalls } from './shared/calls.js';
import { HatsServer } from './shared/hats-server.js';

const versions = new Set();
for (const { serve } of [older, newer]) {
  const seen = new Set();
  // The key of one copy finds the request that another has put there.
  const hooks = {
    requestRouted: (context) => void seen.add(context.get(newer.fastifyRequest)?.server.version),
  };
  const app = await serve([Hats.serve(new HatsServer(), { hooks: [hooks] })]);
  await checkCalls(Hats, { baseUrl: await app.listen() });
  assert.deepEqual([...seen], [app.version]);
  versions.add(app.version);
  await app.close();
}
assert.equal(versions.size, 2);
