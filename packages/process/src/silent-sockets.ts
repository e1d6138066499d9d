import type { Server } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { laneEvent } from '@pipit/runtime/door';

const hasCalled = Symbol('hasCalled');

type Marked = { [hasCalled]?: true };

/** Time for a caller that has connected to send its request, in milliseconds. */
const patience = 1_000;

/**
 * Keeps an eye on connections on which no request has come yet, such as those a browser opens ahead. Node
 * counts them as busy, and `close` would wait for them until they time out. Returns how to end them: at once, but
 * for those that were opened a moment ago, whose request may be on its way.
 */
export function silentSockets(server: Server): () => void {
  const sockets = new Map<Socket & Marked, number>();
  // Under TLS requests have the outer socket, which comes with the second event.
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  let ending = false;
  const end = (socket: Socket & Marked, since: number): void => {
    if (socket[hasCalled] !== undefined) return;
    const left = since + patience - performance.now();
    if (left > 0) setTimeout(end, left, socket, since);
    else socket.destroy();
  };
  server.on(event, (socket: Socket) => {
    const since = performance.now();
    sockets.set(socket, since);
    socket.once('close', () => sockets.delete(socket));
    if (ending) end(socket, since);
  });
  server.on('request', ({ socket }: { socket: Socket & Marked }) => {
    socket[hasCalled] = true;
  });
  server.on(laneEvent, (socket: Socket & Marked) => {
    socket[hasCalled] = true;
  });
  // An HTTP/2 connection is told to close, so it needs no ending. Its `socket` stands in for the real one.
  server.on('session', ({ socket }: ServerHttp2Session) => {
    (socket as Marked)[hasCalled] = true;
  });
  return () => {
    ending = true;
    for (const [socket, since] of sockets) end(socket, since);
  };
}
