import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry, RegistryContentType } from 'prom-client';
import type { Health } from './health.ts';
import { failingCheck } from './readiness.ts';

/**
 * `/metrics` for Prometheus, `/healthz` (200 while the process lives) and `/readyz` (200 while it wants calls, else 503).
 * @param more answers what else there is, and returns false for what it does not know. Default: nothing
 */
export function adminServer(
  registry: Pick<Registry<RegistryContentType>, 'metrics' | 'contentType'>,
  health: Health,
  more: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Server {
  const server = createServer((request, response) => {
    if (!more(request, response)) void answer(registry, health, request, response);
  });
  // Scrapers come back; the process should not have to wait for them when it stops.
  server.keepAliveTimeout = 5_000;
  return server;
}

async function answer(
  registry: Pick<Registry<RegistryContentType>, 'metrics' | 'contentType'>,
  health: Health,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response.setHeader('Allow', 'GET, HEAD'), 405, 'only GET\n');
  } else if (path === '/healthz') {
    send(response, 200, 'alive\n');
  } else if (path === '/readyz') {
    const state = await readiness(health);
    send(response, state === 'ready' ? 200 : 503, `${state}\n`);
  } else if (path === '/metrics') {
    send(response, 200, await registry.metrics(), registry.contentType);
  } else {
    send(response, 404, 'there are /metrics, /healthz and /readyz\n');
  }
}

/** `ready`, or why the process wants no calls. */
export async function readiness(health: Health): Promise<string> {
  if (health.state !== 'ready') return health.state;
  if (health.isOverloaded?.() === true) return 'overloaded';
  const failing = await failingCheck(health.checks ?? []);
  return failing === undefined ? 'ready' : `not ready: ${failing}`;
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response
    .writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
    })
    .end(text);
}
