import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ClientDuplexStream,
  type MethodDefinition,
  type ServerDuplexStream,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import {
  ConnectionMessage,
  RegisterRequest,
  RegisterResponse,
  type ConnectionMessageInit,
} from '../../src/protocol/registry.pb.ts';
import { authority, certificate } from '../certificates.ts';
import type { Recorder } from './recorder.ts';
import { afterwards, dialed, startServer } from './rig.ts';

const establish: MethodDefinition<ConnectionMessageInit, ConnectionMessage> = {
  path: '/registry.RegistryService/EstablishConnection',
  requestStream: true,
  responseStream: true,
  requestSerialize: (message) => Buffer.from(ConnectionMessage.encode(message)),
  requestDeserialize: (bytes) => ConnectionMessage.decode(bytes),
  responseSerialize: (message) => Buffer.from(ConnectionMessage.encode(message)),
  responseDeserialize: (bytes) => ConnectionMessage.decode(bytes),
};

function event(eventId: string, payload: Uint8Array = new Uint8Array(0)): ConnectionMessageInit {
  return { messageType: { case: 'event', value: { eventId, payload } } };
}

type Call = ClientDuplexStream<ConnectionMessageInit, ConnectionMessage>;

interface Peer {
  readonly call: Call;
  readonly received: ConnectionMessage[];
  readonly status: Promise<StatusObject>;
}

function open(client: Client): Peer {
  const call = client.makeBidiStreamRequest(
    establish.path,
    establish.requestSerialize,
    establish.responseDeserialize,
  );
  call.on('error', () => undefined);
  const received: ConnectionMessage[] = [];
  call.on('data', (message: ConnectionMessage) => received.push(message));
  const status = new Promise<StatusObject>((resolve) => call.on('status', resolve));
  return { call, received, status };
}

function clientOf(port: number, options: Record<string, number> = {}): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  afterwards(() => client.close());
  return client;
}

function idsOf({ messages }: Recorder): string[] {
  return messages.map((bytes) => JSON.stringify(ConnectionMessage.decode(bytes)));
}

function decoded(messages: readonly ConnectionMessageInit[]): string[] {
  return messages.map((message) =>
    JSON.stringify(ConnectionMessage.decode(ConnectionMessage.encode(message))),
  );
}

describe('a client of grpc-js at our server', () => {
  test('exchanges messages, ends its half, and gets the status', async () => {
    const { port, accept } = await startServer();
    const peer = open(clientOf(port));
    const gateway = await accept();
    const sent = Array.from({ length: 100 }, (_, index) => event(`s${index}`, Buffer.alloc(index)));
    for (const message of sent) peer.call.write(message);
    for (const message of sent) gateway.stream.write(ConnectionMessage.encode(message));
    await expect.poll(() => idsOf(gateway)).toEqual(decoded(sent));
    await expect.poll(() => peer.received.map((message) => JSON.stringify(message))).toEqual(decoded(sent));
    peer.call.end();
    await expect.poll(() => gateway.log.at(-1)).toBe('ended');
    gateway.stream.write(ConnectionMessage.encode(event('bye')));
    gateway.stream.end({ code: 9, message: 'Ende: 100 % ✓' });
    expect(await peer.status).toMatchObject({ code: 9, details: 'Ende: 100 % ✓' });
    expect(peer.received).toHaveLength(101);
    expect(await gateway.over).toEqual({ code: 9, message: 'Ende: 100 % ✓' });
  });

  test('is told the status without having ended its half', async () => {
    const { port, accept } = await startServer();
    const peers = [0, 5, 14, 16].map((code) => ({ code, peer: open(clientOf(port)) }));
    for (const { code, peer } of peers) {
      const gateway = await accept();
      if (code === 14) gateway.stream.destroy({ code, message: 'now' });
      else gateway.stream.end({ code, message: 'now' });
      expect((await peer.status).details).toBe('now');
    }
    const codes = await Promise.all(peers.map(async ({ peer }) => (await peer.status).code));
    expect(codes.sort((a, b) => a - b)).toEqual([0, 5, 14, 16]);
  });

  test('sends and gets large messages', async () => {
    const { port, accept } = await startServer();
    const peer = open(clientOf(port, { 'grpc.max_receive_message_length': 8 * 1024 * 1024 }));
    const gateway = await accept();
    const large = event('large', Buffer.alloc(4 * 1024 * 1024, 7));
    peer.call.write(large);
    gateway.stream.write(ConnectionMessage.encode(large));
    await expect.poll(() => [gateway.messages.length, peer.received.length]).toEqual([1, 1]);
    expect(Buffer.compare(gateway.messages[0]!, ConnectionMessage.encode(large))).toBe(0);
    expect(Buffer.compare(ConnectionMessage.encode(peer.received[0]!), gateway.messages[0]!)).toBe(0);
  });

  test('that sends too large a message gets RESOURCE_EXHAUSTED, another goes on', async () => {
    const { port, accept } = await startServer({ maxMessageBytes: 100_000 });
    const other = open(clientOf(port));
    const otherGateway = await accept();
    const peer = open(clientOf(port));
    const gateway = await accept();
    peer.call.write(event('too large', Buffer.alloc(200_000)));
    expect(await peer.status).toMatchObject({ code: 8, details: expect.stringContaining('100000 bytes') });
    expect((await gateway.over).code).toBe(8);
    other.call.write(event('here'));
    await expect.poll(() => otherGateway.messages.length).toBe(1);
  });

  test('is held back while we pause', async () => {
    const { port, accept } = await startServer();
    const peer = open(clientOf(port));
    const gateway = await accept();
    gateway.stream.pause();
    let isBlocked = false;
    for (let index = 0; index < 200; index += 1) {
      isBlocked = !peer.call.write(event(`${index}`, Buffer.alloc(64 * 1024)));
    }
    expect(isBlocked).toBe(true);
    expect(gateway.messages).toHaveLength(0);
    gateway.stream.resume();
    await expect.poll(() => gateway.messages.length).toBe(200);
  });

  test('that cancels is cancelled', async () => {
    const { port, accept } = await startServer();
    const peer = open(clientOf(port));
    const gateway = await accept();
    peer.call.cancel();
    expect((await gateway.over).code).toBe(1);
    expect((await peer.status).code).toBe(1);
  });

  test('that loses the server is unavailable', async () => {
    const { port, accept, server } = await startServer();
    const peer = open(clientOf(port));
    await accept();
    await server.destroy();
    expect((await peer.status).code).toBe(14);
  });

  test('calls Register, and what there is not', async () => {
    const { port } = await startServer();
    const client = clientOf(port);
    const call = (path: string): Promise<RegisterResponse> =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          path,
          (request: RegisterRequest) => Buffer.from(RegisterRequest.encode(request)),
          (bytes) => RegisterResponse.decode(bytes),
          RegisterRequest.decode(new Uint8Array(0)),
          (error, response) => (error === null ? resolve(response!) : reject(error)),
        );
      });
    const { success, message } = await call('/registry.RegistryService/Register');
    expect(success).toBe(false);
    expect(message).toContain('EstablishConnection');
    const error = await call('/registry.RegistryService/Nope').catch(
      (reason: unknown) => reason as ServiceError,
    );
    expect(error).toMatchObject({
      code: 12,
      details: expect.stringContaining('/registry.RegistryService/Nope'),
    });
  });

  test('that compresses is told that we do not', async () => {
    const { port } = await startServer();
    const peer = open(clientOf(port, { 'grpc.default_compression_algorithm': 2 }));
    expect((await peer.status).code).toBe(12);
  });

  test('works over TLS', async () => {
    const { port, accept } = await startServer({ tls: await certificate() });
    const ca = Buffer.from((await authority()).cert);
    const client = new Client(`127.0.0.1:${port}`, credentials.createSsl(ca));
    afterwards(() => client.close());
    const peer = open(client);
    const gateway = await accept();
    peer.call.write(event('secure'));
    await expect.poll(() => gateway.messages.length).toBe(1);
  });
});

type Served = ServerDuplexStream<ConnectionMessage, ConnectionMessageInit>;

/** A gateway on grpc-js. */
async function grpcServer(
  handle: (call: Served) => void,
  options: Record<string, number> = {},
): Promise<{ url: string; server: Server }> {
  const server = new Server(options);
  server.addService({ establish }, { establish: handle });
  afterwards(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { url: `http://127.0.0.1:${port}`, server };
}

describe('our dialer at a server of grpc-js', () => {
  test('exchanges messages, ends its half, and gets the status', async () => {
    const { url } = await grpcServer((call) => {
      call.on('data', (message: ConnectionMessage) => call.write(message));
      call.on('end', () => call.emit('error', { code: 9, details: 'Ende: 100 % ✓' }));
    });
    const service = await dialed({ url });
    const sent = Array.from({ length: 100 }, (_, index) => event(`s${index}`, Buffer.alloc(index * 100)));
    for (const message of sent) service.stream.write(ConnectionMessage.encode(message));
    await expect.poll(() => idsOf(service)).toEqual(decoded(sent));
    service.stream.end();
    expect(await service.over).toEqual({ code: 9, message: 'Ende: 100 % ✓' });
    expect(service.log.at(-1)).toBe('closed');
  });

  test('sends and gets large messages', async () => {
    const { url } = await grpcServer((call) => call.on('data', (message) => call.write(message)));
    const service = await dialed({ url });
    const large = ConnectionMessage.encode(event('large', Buffer.alloc(4_000_000, 7)));
    service.stream.write(large);
    await expect.poll(() => service.messages.length).toBe(1);
    expect(Buffer.compare(service.messages[0]!, large)).toBe(0);
  });

  test('is told that a message was too large', async () => {
    const { url } = await grpcServer((call) => call.on('error', () => undefined).resume(), {
      'grpc.max_receive_message_length': 1000,
    });
    const service = await dialed({ url });
    service.stream.write(ConnectionMessage.encode(event('too large', Buffer.alloc(2000))));
    expect((await service.over).code).toBe(8);
  });

  test('ends in order where the server does', async () => {
    const { url } = await grpcServer((call) => {
      call.write(event('bye'));
      call.end();
    });
    const service = await dialed({ url });
    expect(await service.over).toEqual({ code: 0, message: 'OK' });
    expect(service.messages).toHaveLength(1);
  });

  test('a method that is not there is unimplemented', async () => {
    const server = new Server();
    afterwards(() => server.forceShutdown());
    const port = await new Promise<number>((resolve) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_, bound) => resolve(bound));
    });
    const service = await dialed({ url: `http://127.0.0.1:${port}` });
    expect((await service.over).code).toBe(12);
  });

  test('a destroyed stream is cancelled there', async () => {
    let cancelled: (() => void) | undefined;
    const seen = new Promise<void>((resolve) => (cancelled = resolve));
    const { url } = await grpcServer((call) => call.on('cancelled', () => cancelled?.()).resume());
    const service = await dialed({ url });
    service.stream.write(ConnectionMessage.encode(event('hello')));
    await expect.poll(() => service.stream.backlog).toBe(0);
    service.stream.destroy();
    await seen;
    expect((await service.over).code).toBe(1);
  });

  test('a server that shuts down at once ends the stream', async () => {
    const { url, server } = await grpcServer((call) => call.on('error', () => undefined).resume());
    const service = await dialed({ url });
    server.forceShutdown();
    expect([1, 14]).toContain((await service.over).code);
  });
});
