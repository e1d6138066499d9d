/**
 * Child process: `gateway-service.js <tree> <generated code> <gateway url> <key>` serves soak.v1.Soak by that tree's connector, and says
 * `ready` when it is connected.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exported } from './trees.js';

const [tree, generated, url, apiKey] = process.argv.slice(2);
const { connectGateway } = await import(exported(tree, '@pipit/gateway/connector'));
const { Soak } = await import(pathToFileURL(join(generated, 'soak.twirp.js')).href);

const file = Buffer.alloc(4 * 1024 * 1024, 'pipit');
const notMeasured = () => {
  throw new Error('not measured');
};
const implementation = {
  echo: (request) => ({ data: request }),
  load: ({ size }) => ({ contentType: 'application/octet-stream', data: file.subarray(0, size) }),
  fail: notMeasured,
  wait: notMeasured,
};

await connectGateway({
  url,
  apiKey,
  services: [Soak.serve(implementation)],
  bodyLimit: 64 * 1024 * 1024,
}).ready;
console.log('ready');
