import type { Server, ServerResponse } from 'node:http';
import { retireLane } from '@pipit/runtime/door';

/**
 * Returns how to have every HTTP/1.1 connection of a server closed after its next answer, which says so (RFC 9112, 9.6):
 * a caller that is told opens another, which a balancer brings elsewhere, where one that is cut off loses its call.
 */
export function retireConnections(server: Server): () => void {
  let isRetiring = false;
  server.prependListener('request', (_request: unknown, response: ServerResponse) => {
    if (isRetiring) response.shouldKeepAlive = false;
  });
  return () => {
    isRetiring = true;
    retireLane(server);
  };
}
