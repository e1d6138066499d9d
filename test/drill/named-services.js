// Services for the drill of clusters, as a process: node named-services.js KEY COUNT FIRST URL… opens so many connectors,
// each to all of the URLs and with one service of a name of its own: drill.v0.Echo<FIRST> and so on.
import { serviceType } from '@pipit/runtime';
import { connectGateway } from '@pipit/gateway/connector';
import { HelloRequest, HelloResponse } from '@pipit/rpc/user/v0/echo.twirp';

const [apiKey = '', count = '1', first = '0', ...url] = process.argv.slice(2);
const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const hello = { name: 'Hello', input: HelloRequest, output: HelloResponse, kind: 'envelope' };

for (let i = 0; i < Number(count); i++) {
  const type = serviceType(`drill.v0.Echo${Number(first) + i}`, { hello });
  const services = [type.serve({ hello: ({ message }) => ({ data: { message } }) })];
  connectGateway({ url, apiKey, services, log: silent });
}
