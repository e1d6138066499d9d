import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastifyExpress } from '@fastify/express';
import { fastifyMiddie } from '@fastify/middie';
import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { createHandler } from '@pipit/runtime/node';
import express, { type Express, type RequestHandler } from 'express';
import { fastify, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { fastifyRawBody } from 'fastify-raw-body';
import type { DoorOptions } from '../interop/door-options.ts';
import type { Kept } from './lost.ts';
import type { Listening } from './put-cases.ts';

/** Somebody else's server with our door in it. */
export interface Host {
  readonly name: string;
  /** The form it leaves of the bodies it has read before us; undefined where it reads none. */
  readonly kept?: Kept;
  readonly listen: (options: DoorOptions) => Promise<Listening>;
}

/** On every answer to a call that the host let through to us. */
export const reached = 'x-reached';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const bodyLimit = 64 * 1024 * 1024;

const dead = (): never => {
  throw new Error('the log is gone');
};
const deadLog = { debug: dead, info: dead, warn: dead, error: dead };
// Fastify's own lines of every request are the host's to lose.
const deadFastifyLog = {
  ...silent,
  warn: dead,
  error: dead,
  fatal: dead,
  trace: nothing,
  silent: nothing,
  level: 'info',
};
Object.assign(deadFastifyLog, { child: () => deadFastifyLog });

const later = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function started(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const mark: RequestHandler = (_request, response, next) => {
  response.setHeader(reached, 'yes');
  next();
};

function inExpress(name: string, prepare: (app: Express) => void, kept?: Kept, log = silent): Host {
  return {
    name,
    ...(kept === undefined ? {} : { kept }),
    listen(options) {
      const app = express();
      app.disable('x-powered-by');
      prepare(app);
      const handler = createHandler({ ...options, log });
      // Without `next`: every path is ours.
      app.use(mark, (request, response) => handler(request, response));
      return started(createServer(app));
    },
  };
}

function inFastify(
  name: string,
  prepare: (app: FastifyInstance) => Promise<unknown>,
  kept?: Kept,
  log?: object,
): Host {
  return {
    name,
    ...(kept === undefined ? {} : { kept }),
    async listen(options) {
      const app = fastify({
        frameworkErrors,
        forceCloseConnections: true,
        ...(log === undefined ? {} : { loggerInstance: log as FastifyBaseLogger }),
      }) as FastifyInstance;
      await prepare(app);
      app.addHook('preHandler', async (_request, reply) => void reply.header(reached, 'yes'));
      await app.register(pipit, { ...options, catchAll: true });
      await app.listen({ port: 0, host: '127.0.0.1' });
      const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
      return { origin, close: () => app.close() };
    },
  };
}

const rawBody = { field: 'rawBody', global: true, runFirst: true } as const;

/** Every way to be in the way that we know. */
export const hosts: readonly Host[] = [
  inExpress('express', nothing),
  inExpress('express, async middleware', (app) => app.use((_q, _r, next) => void setTimeout(next, 1))),
  inExpress(
    'express, parsers of JSON and forms',
    (app) => {
      app.use(express.json({ limit: bodyLimit }), express.urlencoded({ extended: true, limit: bodyLimit }));
    },
    'parsed',
  ),
  inExpress(
    'express, everything as a Buffer',
    (app) => {
      app.use(express.raw({ type: () => true, limit: bodyLimit, inflate: false }));
    },
    'bytes',
  ),
  inExpress('express, a logger that throws', nothing, undefined, deadLog),
  inFastify(
    'fastify-raw-body as in its README, async preHandler',
    async (app) => {
      await app.register(fastifyRawBody, { ...rawBody, encoding: 'utf8' });
      app.addHook('preHandler', later);
    },
    'text',
  ),
  inFastify(
    'fastify-raw-body with Buffers, async preHandler',
    async (app) => {
      await app.register(fastifyRawBody, { ...rawBody, encoding: false });
      app.addHook('preHandler', later);
    },
    'bytes',
  ),
  inFastify(
    '@fastify/express with express.json',
    async (app) => {
      await app.register(fastifyExpress);
      app.use(express.json({ limit: bodyLimit }));
    },
    'parsed',
  ),
  inFastify('@fastify/middie, async middleware', async (app) => {
    await app.register(fastifyMiddie);
    app.use((_request: unknown, _response: unknown, next: () => void) => void setTimeout(next, 1));
  }),
  inFastify('async hooks at every stage', async (app) => {
    for (const name of ['onRequest', 'preValidation', 'preHandler', 'onResponse'] as const)
      app.addHook(name, later);
    app.addHook('preParsing', async (_request, _reply, payload) => {
      await later();
      return payload;
    });
    app.addHook('onSend', async (_request, _reply, payload) => {
      await later();
      return payload;
    });
  }),
  inFastify('a logger that throws', async () => undefined, undefined, deadFastifyLog),
];
