// A service that greets in its own name, connected to whichever gateway the balancer chooses.
import { connectGateway } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';

const { NAME, GATEWAY, GATEWAY_KEY } = process.env;
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const say = (msg) => write({ msg: typeof msg === 'string' ? msg : msg.msg });
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_, msg) => say(msg),
  error: (_, msg) => say(msg),
};

const connection = connectGateway({
  url: GATEWAY,
  apiKey: GATEWAY_KEY,
  services: [
    Echo.serve({
      hello: ({ message }) => ({ data: { message: `Hello, ${message}, from service ${NAME}!` } }),
    }),
  ],
  log,
  onState: (state) => say(`gateway: ${state}`),
});
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    connection.ready.catch(() => undefined);
    void connection.close().then(() => process.exit(0));
  });
}
await connection.ready;
say('listening');
