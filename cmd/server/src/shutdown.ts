import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * To be called before the app listens. On SIGTERM or SIGINT takes no more connections, finishes the calls under way and exits with 0. A second
 * signal ends them and exits with 1.
 */
export function shutDownOnSignal(app: FastifyInstance, shutdown: AbortController): void {
  const silent = silentSockets(app.server);
  let closing = false;
  const onSignal = (): void => {
    if (closing) {
      shutdown.abort();
      // One turn, for the answers of calls that watch their signal.
      setImmediate(() => process.exit(1));
      return;
    }
    closing = true;
    for (const socket of silent) socket.destroy();
    // `close` does so once; a connection whose call ends later would stay open for its keep-alive time.
    setInterval(() => app.server.closeIdleConnections(), 50);
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`pipit-server: shutdown failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * Connections on which no request has come yet, such as those a browser opens ahead. Node counts them as
 * busy, and `close` would wait for them until they time out.
 */
function silentSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage) => sockets.delete(socket));
  return sockets;
}
