import { socketPath } from './unix-socket.ts';

/** The origin at which a listener is reached; `unix:/path` for a socket. `0.0.0.0` and `::` are every address of the machine, and none to call. */
export function originOf(scheme: string, host: string, port: number): string {
  if (socketPath(host) !== undefined) return host;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
