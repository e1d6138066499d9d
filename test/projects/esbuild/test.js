import { build } from 'esbuild';
import { Hats } from './rpc/hats.twirp.js';
import { checkCalls } from './shared/calls.js';

const esm = { bundle: true, platform: 'node', format: 'esm', target: 'node20' };
// Fastify is CommonJS, and its `require('node:http')` needs what an ES module has not.
const banner = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};
await build({ ...esm, entryPoints: ['node-server.js'], outfile: 'out/node-server.js' });
const withFastify = { ...esm, entryPoints: ['fastify-server.js'] };
await build({ ...withFastify, outfile: 'out/fastify-server.js', banner });
await build({ ...withFastify, outfile: 'out/beside-fastify.js', external: ['fastify'] });
for (const name of ['node-server', 'fastify-server', 'beside-fastify']) {
  const { listen } = await import(`./out/${name}.js`);
  const [baseUrl, server] = await listen();
  await checkCalls(Hats, { baseUrl });
  await server.close();
}
