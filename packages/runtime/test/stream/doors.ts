import { TwirpError } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { localFetch } from '@pipit/runtime/local';
import { createHandler, createServer } from '@pipit/runtime/node';
import { fastify } from 'fastify';
import type { RpcOptions } from '../../src/rpc/rpc-config.ts';
import { Feed } from '../fixture/feed.twirp.ts';
import { closing, listen } from '../fixture/host-app.ts';
import { listening } from '../fixture/node-server.ts';

/** A `fetch` for `http://local` that reaches the methods. */
type Serve = (methods: Partial<Feed>, options?: Partial<RpcOptions>) => Promise<typeof fetch>;

/** The URL of a method at `http://local`. */
export const feedUrl = (method: string): string => `http://local/api/pipit.test.v1.Feed/${method}`;

/** Feed with the methods a test needs. */
export function feed(methods: Partial<Feed>): RpcOptions['services'] {
  const missing = (): never => {
    throw new TwirpError('unimplemented', 'this test has no such method');
  };
  return [Feed.serve({ watch: missing, follow: missing, export: missing, ...methods })];
}

const at =
  (origin: string): typeof fetch =>
  (input, init) =>
    fetch((input as string).replace('http://local', origin), init);

/** Every door as a fetch. */
export const doors: readonly [name: string, serve: Serve][] = [
  [
    'Fastify door',
    async (methods, options) => {
      const app = closing(fastify({ forceCloseConnections: true }));
      await app.register(pipit, { services: feed(methods), ...options });
      return at(await listen(app));
    },
  ],
  [
    'node door',
    async (methods, options) => {
      const server = createServer(createHandler({ services: feed(methods), ...options }));
      return at(`http://127.0.0.1:${await listening(server)}`);
    },
  ],
  [
    'fast lane',
    async (methods, options) => {
      const server = createServer(createHandler({ services: feed(methods), ...options }), { fastLane: true });
      return at(`http://127.0.0.1:${await listening(server)}`);
    },
  ],
  ['in-process door', async (methods, options) => localFetch({ services: feed(methods), ...options })],
];
