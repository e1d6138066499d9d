import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { authority, certificate } from '../certificates.ts';
import { startRelay, type Relay } from '../relay.ts';

const undo: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** An echo server, a relay to it, and a client of the relay with what the server sees of it. */
async function setUp(): Promise<{ relay: Relay; client: Socket; server: Socket }> {
  const echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const relay = await startRelay({ port: (echo.address() as AddressInfo).port });
  undo.push(
    () => void echo.close(),
    () => relay.close(),
  );
  const accepted = once(echo, 'connection') as Promise<[Socket]>;
  const client = connect({ port: relay.port, host: '127.0.0.1' });
  client.on('error', () => undefined);
  await once(client, 'connect');
  const [server] = await accepted;
  return { relay, client, server };
}

test('the relay passes bytes and ends', async () => {
  const { relay, client } = await setUp();
  client.write('a');
  expect(String((await once(client, 'data'))[0])).toBe('a');
  client.end();
  await once(client, 'close');
  await expect.poll(() => relay.connections).toBe(0);
});

test('a black hole holds bytes and ends back until it is resumed', async () => {
  const { relay, client, server } = await setUp();
  relay.blackhole();
  let seen = '';
  client.on('data', (chunk) => (seen += String(chunk)));
  client.write('held');
  server.destroy();
  await new Promise((resolve) => void setTimeout(resolve, 50));
  expect(seen).toBe('');
  expect(client.destroyed).toBe(false);
  const closed = once(client, 'close');
  relay.resume();
  await closed;
});

test('reset breaks both sides, and new connections work', async () => {
  const { relay, client, server } = await setUp();
  const lost = Promise.all([once(client, 'error'), once(server, 'close')]);
  relay.reset();
  const [[error]] = await lost;
  expect((error as NodeJS.ErrnoException).code).toBe('ECONNRESET');
  const again = connect({ port: relay.port, host: '127.0.0.1' });
  again.on('error', () => undefined);
  again.write('again');
  expect(String((await once(again, 'data'))[0])).toBe('again');
});

test('refuse takes no new connections and keeps those that are there', async () => {
  const { relay, client } = await setUp();
  relay.refuse();
  const late = connect({ port: relay.port, host: '127.0.0.1' });
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  client.write('a');
  expect(String((await once(client, 'data'))[0])).toBe('a');
});

test('a throttled relay delivers everything', async () => {
  const { relay, client } = await setUp();
  relay.throttle(1_000_000);
  let bytes = 0;
  client.on('data', (chunk) => (bytes += chunk.length));
  client.end(Buffer.alloc(100_000));
  await once(client, 'close');
  expect(bytes).toBe(100_000);
});

test('certificates are what they say', async () => {
  const [ca, leaf] = await Promise.all([authority(), certificate()]);
  const server = tls.createServer(leaf, (socket) => socket.end()).listen(0, '127.0.0.1');
  undo.push(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = tls.connect({ port, host: '127.0.0.1', ca: ca.cert });
  await once(socket, 'secureConnect');
  expect(socket.authorized).toBe(true);
  socket.destroy();
});
