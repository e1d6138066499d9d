import { once } from 'node:events';
import { createServer as createHttp1 } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generated, protoFile } from './generate.js';

/** 100 bytes with its tag and length, beside the number. */
const text = 'x'.repeat(98);

/** The method, for every peer that takes a generator. */
async function* watch({ count, stays }, { signal }) {
  for (let number = 0; number < count; number += 1) yield { number: BigInt(number), text };
  if (stays) await once(signal, 'abort');
}

async function listening(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

const ours = () => import(join(generated, 'pipit/ticker.twirp.js'));
const theirs = () => import(join(generated, 'es/ticker_pb.js'));

/** Both ends of Pipit, at the node door, in a format. */
const pipit = (format) => ({
  async serve() {
    const [{ Ticker }, { createHandler, createServer }] = await Promise.all([
      ours(),
      import('@pipit/runtime/node'),
    ]);
    return listening(createServer(createHandler({ services: [Ticker.serve({ watch })] })));
  },
  async caller(port) {
    const [{ Ticker }, { createClient }] = await Promise.all([ours(), import('@pipit/runtime/client')]);
    const client = createClient(Ticker, { baseUrl: `http://127.0.0.1:${port}`, format });
    return (count, stays = false) => client.watch({ count, stays });
  },
});

/** Both ends of Connect-ES over HTTP/1.1. */
const connect = (useBinaryFormat) => ({
  async serve() {
    const [{ Ticker }, { connectNodeAdapter }] = await Promise.all([
      theirs(),
      import('@connectrpc/connect-node'),
    ]);
    return listening(
      createHttp1(connectNodeAdapter({ routes: (router) => router.service(Ticker, { watch }) })),
    );
  },
  async caller(port) {
    const [{ Ticker }, { createConnectTransport }, { createClient }] = await Promise.all([
      theirs(),
      import('@connectrpc/connect-node'),
      import('@connectrpc/connect'),
    ]);
    const baseUrl = `http://127.0.0.1:${port}`;
    const client = createClient(
      Ticker,
      createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat }),
    );
    return (count) => client.watch({ count });
  },
});

async function grpcService() {
  const { default: grpc } = await import('@grpc/grpc-js');
  const { loadSync } = await import('@grpc/proto-loader');
  const { bench } = grpc.loadPackageDefinition(loadSync(protoFile));
  return { grpc, Ticker: bench.stream.v1.Ticker };
}

/** Both ends of grpc-js. */
const grpcJs = {
  async serve() {
    const { grpc, Ticker } = await grpcService();
    const server = new grpc.Server();
    server.addService(Ticker.service, {
      async watch(call) {
        for (let number = 0; number < call.request.count; number += 1) {
          if (!call.write({ number, text })) await once(call, 'drain');
        }
        call.end();
      },
    });
    return promisify(server.bindAsync.bind(server))('127.0.0.1:0', grpc.ServerCredentials.createInsecure());
  },
  async caller(port) {
    const { grpc, Ticker } = await grpcService();
    const client = new Ticker(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return (count) => client.watch({ count });
  },
};

/** Each with both ends; the first is what ours is compared with. */
export const peers = {
  'connect-protobuf': { title: 'Connect-ES, protobuf', ...connect(true) },
  'connect-json': { title: 'Connect-ES, JSON', ...connect(false) },
  'grpc-js': { title: '@grpc/grpc-js', ...grpcJs },
  'pipit-protobuf': { title: 'Pipit, protobuf', ...pipit('protobuf') },
  'pipit-json': { title: 'Pipit, JSON (NDJSON)', ...pipit('json') },
};
