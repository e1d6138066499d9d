/**
 * Child process: `grpc.js server <port>` answers soak.v1.Soak/Echo on grpc-js; `grpc.js load <port> <concurrency>
 * <seconds> <bytes>` calls it and prints what wrk would: requests, seconds, p50 and p99 in ms.
 */
import grpc from '@grpc/grpc-js';
import { message } from '../soak/messages.js';

const [role, port, concurrency, seconds, bytes] = process.argv.slice(2);
const bytesAsTheyAre = (value) => value;
const definition = {
  Echo: {
    path: '/soak.v1.Soak/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: bytesAsTheyAre,
    requestDeserialize: bytesAsTheyAre,
    responseSerialize: bytesAsTheyAre,
    responseDeserialize: bytesAsTheyAre,
  },
};

if (role === 'server') serve();
else await load();

function serve() {
  const request = message('EchoRequest');
  const response = message('EchoResponse');
  const server = new grpc.Server();
  server.addService(definition, {
    Echo: (call, done) => done(null, response.encode({ data: request.decode(call.request) })),
  });
  server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), () => console.log('ready'));
}

async function load() {
  const Client = grpc.makeGenericClientConstructor(definition, 'Soak');
  const connections = Math.min(4, Number(concurrency));
  const clients = Array.from(
    { length: connections },
    (_, id) => new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), { id }),
  );
  const body = message('EchoRequest').encode({ text: 'x'.repeat(Number(bytes)) });
  const latencies = [];
  const started = performance.now();
  const end = started + Number(seconds) * 1_000;
  const caller = async (client) => {
    while (performance.now() < end) {
      const from = performance.now();
      await new Promise((resolve, reject) =>
        client.Echo(body, (error, answer) => (error ? reject(error) : resolve(answer))),
      );
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(
    Array.from({ length: Number(concurrency) }, (_, index) => caller(clients[index % connections])),
  );
  const taken = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)];
  console.log(JSON.stringify({ requests: latencies.length, seconds: taken, p50: at(0.5), p99: at(0.99) }));
  for (const client of clients) client.close();
}
