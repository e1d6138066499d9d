// What a process does with its connections at the end, of those whose calls come by the fast lane.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createHandler, createServer } from '@pipit/runtime/node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listening } from '../../runtime/test/fixture/node-server.ts';
import { Probe } from '../../runtime/test/fixture/probe.twirp.ts';
import { probe, signalled } from '../../runtime/test/fixture/serve.ts';
import { retireConnections } from '../src/retire-connections.ts';
import { silentSockets } from '../src/silent-sockets.ts';

const body = '{"text":"hi"}';
const call = `POST /api/pipit.test.v1.Probe/Say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

function caller(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

test('a connection with a call under way is not a silent one', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const entered = signalled();
  const answered = signalled();
  const say: Probe['say'] = async (request) => {
    entered.resolve();
    await answered.promise;
    return request;
  };
  const handler = createHandler({ services: [Probe.serve(probe({ say }))] });
  const server = createServer(handler, { fastLane: true, keepAliveTimeout: 0 });
  const endSilent = silentSockets(server);
  const port = await listening(server);
  const silent = caller(port).resume();
  const busy = caller(port);
  busy.write(call);
  await entered.promise;

  endSilent();
  vi.advanceTimersByTime(1_000);
  await once(silent, 'close');
  answered.resolve();
  expect(String(await once(busy, 'data'))).toContain('HTTP/1.1 200 OK');
});

test('a retired connection ends with its next answer, which says so', async () => {
  const handler = createHandler({ services: [Probe.serve(probe({ say: (request) => request }))] });
  const server = createServer(handler, { fastLane: true });
  const onRequest = vi.fn<() => void>();
  server.on('request', onRequest);
  const retire = retireConnections(server);
  const socket = caller(await listening(server));
  socket.write(call);
  expect(String(await once(socket, 'data'))).toContain('Connection: keep-alive');
  retire();
  socket.write(call);
  expect(await text(socket)).toContain('Connection: close');
  // Both came by the lane.
  expect(onRequest).not.toHaveBeenCalled();
});
