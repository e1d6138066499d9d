import type { Server } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

const hasCalled = Symbol('hasCalled');

type Marked = { [hasCalled]?: true };

/**
 * Keeps an eye on connections on which no request has come yet, such as those a browser opens ahead. Node
 * counts them as busy, and `close` would wait for them until they time out. Returns how to end them.
 */
export function silentSockets(server: Server): () => void {
  const sockets = new Set<Socket & Marked>();
  // Under TLS requests have the outer socket, which comes with the second event.
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  server.on(event, (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', ({ socket }: { socket: Socket & Marked }) => {
    socket[hasCalled] = true;
  });
  // An HTTP/2 connection is told to close, so it needs no ending. Its `socket` stands in for the real one.
  server.on('session', ({ socket }: ServerHttp2Session) => {
    (socket as Marked)[hasCalled] = true;
  });
  return () => {
    for (const socket of sockets) if (socket[hasCalled] === undefined) socket.destroy();
  };
}
