import { once } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHealthHandler } from '../../src/front/index.ts';
import { createRegistryServer } from '../../src/stream/registry-server.ts';
import { clientOf, unary } from './grpc-client.ts';
import { http2To, keys, modern, startFront, until, type FrontRig } from './rig.ts';

const health = '/grpc.health.v1.Health';

/** `HealthCheckRequest` of one service. */
function about(service: string): Uint8Array {
  return Uint8Array.from([10, service.length, ...Buffer.from(service)]);
}

/** A caller's key, as it shows it. */
function shown(key: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return metadata;
}

const serving = Buffer.from([8, 1]);
const notServing = Buffer.from([8, 2]);
const unknown = Buffer.from([8, 3]);

/** Where health can be asked for: at the callers' port, and at the services'. */
const places = [
  ['callers', async (rig: FrontRig): Promise<number> => rig.port],
  [
    'services',
    async (rig: FrontRig): Promise<number> => {
      const server = createRegistryServer({
        onStream: (stream) => stream.destroy(),
        health: createHealthHandler(rig.gateway, rig.keys),
      });
      onTestFinished(() => server.destroy());
      return (await server.listen(0)).port;
    },
  ],
] as const;

describe.each(places)('health at the port for %s', (_name, portOf) => {
  test('is told for each service by its name, and for the gateway', async () => {
    const rig = await startFront({ access: 'key' });
    const client = clientOf(await portOf(rig));
    const check = async (service: string, key: string = keys.everything): Promise<unknown> => {
      const metadata = shown(key);
      const { message, status } = await unary(client, `${health}/Check`, about(service), { metadata });
      return message ?? status.code;
    };
    expect([await check(''), await check('pkg.Service')]).toEqual([serving, 5]);
    expect((await unary(client, `${health}/Check`, new Uint8Array())).message).toEqual(serving);
    const service = await rig.connect();
    expect(await check('pkg.Service')).toEqual(serving);
    service.streams.lose();
    await until(() => rig.gateway.serviceHealth('pkg.Service') !== 'serving');
    expect(await check('pkg.Service')).toEqual(notServing);
    // Which services there are is told to those only who may call them.
    for (const name of ['pkg.Service', 'pkg.Nobody']) expect(await check(name, keys.limited)).toBe(7);
    expect((await unary(client, `${health}/Check`, about('pkg.Service'))).status.code).toBe(16);
    expect((await unary(client, `${health}/Check`, about('open.Service'))).status.code).toBe(5);
    const { status } = await unary(client, `${health}/List`, new Uint8Array());
    expect([status.code, status.details]).toEqual([12, expect.stringContaining('Check and Watch')]);
  });

  test('is watched: what it is, then each change, until the gateway stops', async () => {
    const rig = await startFront();
    const client = clientOf(await portOf(rig));
    const call = client.makeServerStreamRequest(
      `${health}/Watch`,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.from(about('pkg.Service')),
      shown(keys.everything),
    );
    call.on('error', () => undefined);
    const ended = new Promise((resolve) => call.once('status', resolve));
    expect(await once(call, 'data')).toEqual([unknown]);
    const service = await rig.connect(modern);
    expect(await once(call, 'data')).toEqual([serving]);
    service.streams.lose();
    expect(await once(call, 'data')).toEqual([notServing]);
    rig.gateway.kill();
    expect(await ended).toMatchObject({ code: 14, details: 'the gateway is shutting down' });
  });

  test('that is asked with what is no request fails with a status', async () => {
    const rig = await startFront();
    const stream = http2To(`http://127.0.0.1:${await portOf(rig)}`).request({
      ':method': 'POST',
      ':path': `${health}/Check`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.end('nonsense');
    stream.resume();
    const status = new Promise((resolve) => {
      stream.on('response', (headers) => 'grpc-status' in headers && resolve(headers['grpc-status']));
      stream.on('trailers', (trailers) => resolve(trailers['grpc-status']));
    });
    expect(await status).toBe('3');
  });
});
