/**
 * Child process: `protobuf-service.js <gateway address> <key> <name>` is a service as there are in the field, on grpc-js and
 * the un-extended protocol: it takes protobuf only, so the gateway transcodes what its callers send. Echoes, and says
 * `ready` when it is connected.
 */
import { Client, credentials } from '@grpc/grpc-js';
import protobufjs from 'protobufjs';
import { join } from 'node:path';
import { root } from '../lib/paths.js';
import { message } from '../soak/messages.js';

const [address, apiKey, name] = process.argv.slice(2);
const proto = protobufjs.loadSync(join(root, 'test/gateway/legacy/registry.proto'));
const type = proto.lookupType('registry.ConnectionMessage');
const request = message('EchoRequest');
const response = message('EchoResponse');

const bytes = (value) => value;
const stream = new Client(address, credentials.createInsecure()).makeBidiStreamRequest(
  '/registry.RegistryService/EstablishConnection',
  bytes,
  bytes,
);
const send = (object) => stream.write(Buffer.from(type.encode(type.fromObject(object)).finish()));

stream.on('data', (data) => {
  const { status, request: asked } = type.toObject(type.decode(data), { defaults: true });
  if (status !== undefined && status.status === 0) {
    setInterval(
      () => send({ heartbeat: { timestamp: Date.now(), connectionId: status.connectionId } }),
      3_000,
    );
    console.log('ready');
  }
  if (asked !== undefined) {
    const payload = response.encode({ data: request.decode(asked.payload) });
    send({ response: { requestId: asked.requestId, statusCode: 200, payload } });
  }
});
stream.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
send({ register: { apiKey, services: [name] } });
