import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client, credentials, status } from '@grpc/grpc-js';
import { EchoServer } from '@pipit/rpc/user/v0/echo';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { readConfig } from '@pipit/process';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { observers } from '../src/observers.ts';
import { server } from '../src/program.ts';

/** Asks the server which services it has: the bytes of the answer, as text. */
async function servicesOf(env: Record<string, string>): Promise<string> {
  const { config } = await readConfig(server, { flags: new Map(), env, file: undefined });
  const logger = pino({ level: 'silent' });
  const app = await buildApp(config, {
    services: [Echo.serve(new EchoServer())],
    logger,
    observers: observers(config, {
      logger,
      lines: { write: () => undefined, pass: () => undefined, flush: () => Promise.resolve(), lost: 0 },
    }),
    tls: undefined,
    shutdownSignal: new AbortController().signal,
  });
  onTestFinished(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const call = client.makeBidiStreamRequest(
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    (bytes: Buffer) => bytes,
    (bytes) => bytes.toString('latin1'),
  );
  // list_services: ""
  call.write(Buffer.from([0x3a, 0]));
  call.end();
  const [answer] = (await once(call, 'data')) as [string];
  return answer;
}

test('a gRPC client is told which services there are where there is a docs page', async () => {
  expect(await servicesOf({})).toContain('user.v0.Echo');
});

test('and nothing in production', async () => {
  await expect(servicesOf({ NODE_ENV: 'production', DOCS: 'off' })).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
  });
});
