import { parseArgs } from 'node:util';
import { normalizePrefix } from '@pipit/runtime/fastify';
import { buildApp } from './app.ts';
import { isInternal, services } from './services.ts';
import { shutDownOnSignal } from './shutdown.ts';

const { env } = process;
const flags = readFlags();
const prefix = normalizePrefix(env['RPC_PREFIX'] || '__prefix__');
const open = { host: flags.host || env['HOST'] || '127.0.0.1', port: flags.port || env['PORT'] || '8080' };
const internal = { host: env['INTERNAL_HOST'] || '127.0.0.1', port: env['INTERNAL_PORT'] };

for (const [name, port] of [
  ['PORT', open.port],
  ['INTERNAL_PORT', internal.port || '0'],
] as const) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    console.error(
      `${flags.port === port ? '--port' : name}=${port} is not a valid port: set it to a number from 0 to 65535`,
    );
    process.exit(2);
  }
}
/** The path of the docs page; none in production unless DOCS says so. */
const docsPath = env['DOCS'] || (env['NODE_ENV'] === 'production' ? 'off' : '/docs');

const all = services();
const listeners = internal.port
  ? [
      { ...open, services: all.filter((service) => !isInternal(service)) },
      { ...internal, port: internal.port, services: all.filter(isInternal) },
    ]
  : [{ ...open, services: all }];

const shutdown = new AbortController();
const apps = await Promise.all(
  listeners.map((listener) =>
    buildApp({
      services: listener.services,
      prefix,
      shutdownSignal: shutdown.signal,
      ...(docsPath === 'off' ? {} : { docsPath }),
    }),
  ),
);
shutDownOnSignal(apps, shutdown);

for (const [index, app] of apps.entries()) {
  const { host, port } = listeners[index]!;
  try {
    const address = await app.listen({ host, port: Number(port) });
    if (index === 0) {
      app.log.info(`try: curl -d message=world ${address}${prefix}/__service__.v1.__Service__/Hello`);
      if (docsPath !== 'off') app.log.info(`or open ${address}${docsPath}`);
    }
  } catch (error) {
    app.log.fatal(error, `cannot listen on ${host}, port ${port}: choose another`);
    process.exit(1);
  }
}

/** `npm start -- --port 9000`. */
function readFlags(): { readonly host?: string | undefined; readonly port?: string | undefined } {
  try {
    return parseArgs({ options: { host: { type: 'string' }, port: { type: 'string' } } }).values;
  } catch (error) {
    console.error(
      `${(error as Error).message}. There are --host and --port; the rest is set by the environment`,
    );
    process.exit(2);
  }
}
