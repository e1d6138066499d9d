import { connectGateway } from '@pipit/gateway/connector';
import type { ServedService } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer } from '@pipit/runtime/node';
import { fastify } from 'fastify';
import { onTestFinished } from 'vitest';
import { loggerOf } from '../../packages/runtime/test/fixture/at-doors.ts';
import { closing, listen } from '../../packages/runtime/test/fixture/host-app.ts';
import { listening } from '../../packages/runtime/test/fixture/node-server.ts';
import { apiKey, startGateway } from '../gateway/gateway.ts';

/** Serves until the test is over; returns the origin. */
type Door = (services: readonly ServedService[]) => Promise<string>;

/** Where a client of somebody else can reach us, on both versions of HTTP. */
export const doors: readonly (readonly [name: string, open: Door])[] = [
  [
    'Fastify door',
    async (services) => {
      const app = closing(
        fastify({ forceCloseConnections: true, serverFactory: (listener) => createServer(listener) }),
      );
      await app.register(pipit, { services, prefix: '' });
      return listen(app as never);
    },
  ],
  [
    'node door',
    async (services) => {
      const server = createServer(createHandler({ services, prefix: '', log: loggerOf({}) }));
      return `http://127.0.0.1:${await listening(server)}`;
    },
  ],
  [
    'gateway',
    async (services) => {
      const { target, origin } = await startGateway();
      const connection = connectGateway({ url: `http://${target}`, apiKey, services });
      onTestFinished(() => connection.close());
      await connection.ready;
      return origin;
    },
  ],
];
