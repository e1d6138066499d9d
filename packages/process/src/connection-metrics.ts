import type { Server } from 'node:http';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts for Prometheus what becomes of connections, before there is a call on them. To be called once a registry. */
export function connectionMetrics(registry: Registry, servers: readonly Server[]): void {
  const registers = [registry];
  const taken = new Counter({
    name: 'server_connections_total',
    help: 'Connections taken',
    registers,
  });
  const handshakes = new Counter({
    name: 'server_tls_handshakes_total',
    help: 'TLS handshakes, by what they came to: ok, or the code of the error',
    labelNames: ['result'],
    registers,
  });
  const refused = new Counter({
    name: 'server_parser_errors_total',
    help: 'Requests that are not valid HTTP, or did not arrive in time, by the code of the error',
    labelNames: ['code'],
    registers,
  });
  const open = new Gauge({
    name: 'server_connections_open',
    help: 'Connections that are open',
    registers,
    async collect() {
      const counts = await Promise.all(servers.map(openOf));
      open.set(counts.reduce((sum, count) => sum + count, 0));
    },
  });
  for (const server of servers) {
    server.on('connection', () => taken.inc());
    server.on('secureConnection', () => handshakes.inc({ result: 'ok' }));
    server.on('tlsClientError', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      handshakes.inc({ result: code }),
    );
    server.on('clientError', ({ code = 'unknown' }: NodeJS.ErrnoException) => refused.inc({ code }));
  }
}

function openOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((error, count) => resolve(error === null ? count : 0));
  });
}
