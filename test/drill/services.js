// Services for the drill of gateways, as a process: node services.js KEY COUNT URL… opens so many connectors, each to all
// of the URLs.
import { connectGateway } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';

const [apiKey = '', count = '1', ...url] = process.argv.slice(2);
const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const services = [Echo.serve({ hello: ({ message }) => ({ data: { message } }) })];

const all = Array.from({ length: Number(count) }, () =>
  connectGateway({ url, apiKey, services, log: silent }),
);
process.once('SIGTERM', () => void Promise.all(all.map((one) => one.close())));
