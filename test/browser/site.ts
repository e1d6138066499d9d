import type { RequestListener, Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import cors from '@fastify/cors';
import { EchoServer } from '@pipit/rpc/user/v0/echo';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import type { Hooks } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { createServer } from '@pipit/runtime/node';
import { build } from 'esbuild';
import { fastify, type FastifyInstance } from 'fastify';
import { feed } from '../../packages/runtime/test/stream/doors.ts';
import type { Feed } from '../../packages/runtime/test/fixture/feed.twirp.ts';
import { Probe } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { closing, listen, localhost } from '../../packages/runtime/test/fixture/host-app.ts';
import { probe } from '../../packages/runtime/test/fixture/serve.ts';

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>A page that calls Probe</title>
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <form id="say" method="post" action="/api/pipit.test.v1.Probe/say">
      <input name="text" /> <input name="ids" />
      <button>Say</button>
    </form>
    <form id="fetch" method="post" action="/api/pipit.test.v1.Probe/Fetch">
      <input name="text" />
      <button>Fetch</button>
    </form>
  </body>
</html>
`;

let bundle: Promise<string> | undefined;

/** page.ts as one module for browsers. A Node module in it would fail the build. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@pipit/source'],
    minify: true,
  });
  return outputFiles[0]!.text;
}

/** A server that was started for a test. */
export interface Site {
  readonly origin: string;
  /** Verb and path of every request under `/api`, in order. */
  readonly requests: string[];
}

export interface SiteOptions {
  readonly hooks?: readonly Hooks[];
  /** Methods that stream. */
  readonly streams?: Partial<Feed>;
  /** The origin whose pages may call, with cookies. */
  readonly allows?: string;
  /** Origins the page may call beside its own; may grow. */
  readonly connects?: readonly string[];
  /** TLS, so that the browser takes HTTP/2. Default false. */
  readonly secure?: boolean;
}

/** Serves the page at `/` and the services under `/api`. */
export async function site(methods: Partial<Probe>, options: SiteOptions = {}): Promise<Site> {
  const { hooks = [], streams = {}, allows, connects = [], secure = false } = options;
  const serverFactory = (listener: RequestListener): Server =>
    createServer(listener, secure ? { tls: localhost } : {}) as Server;
  const app: FastifyInstance = closing(fastify({ forceCloseConnections: true, serverFactory }));
  const requests: string[] = [];
  app.addHook('onRequest', async ({ method, url }) => {
    if (url.startsWith('/api')) requests.push(`${method} ${url}`);
  });
  if (allows !== undefined) {
    await app.register(cors, { origin: [allows], credentials: true, exposedHeaders: ['x-trace-id'] });
  }
  await app.register(pipit, {
    services: [Probe.serve(probe(methods)), Echo.serve(new EchoServer()), ...feed(streams)],
    hooks,
  });
  app.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'self'; connect-src 'self' ${connects.join(' ')}; form-action 'self'`,
      )
      .send(html),
  );
  app.get('/page.js', async (_request, reply) =>
    reply.type('text/javascript').send(await (bundle ??= bundled())),
  );
  app.post('/moved/*', (_request, reply) => reply.redirect('/elsewhere', 307));
  return { origin: await listen(app, secure ? 'https' : 'http'), requests };
}
