/** Child process: `services.js <gateway url> <key> <count>`: so many services, each of a name of its own; says when all are connected. */
import { connectGateway } from '@pipit/gateway/connector';
import { serviceType } from '@pipit/runtime';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';

const [url, apiKey, count] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn() {}, error() {} };
process.on('disconnect', () => process.exit(0));

const connections = Array.from({ length: Number(count) }, (_, number) => {
  const type = serviceType(`bench.v1.Service${number}`, Echo.methods);
  return connectGateway({ url, apiKey, services: [type.serve({ hello: () => ({}) })], log });
});
await Promise.all(connections.map(({ ready }) => ready));
process.send('connected');
