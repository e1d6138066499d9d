import { fileURLToPath } from 'node:url';
import { createTranscoder, type Transcoder } from '@pipit/gateway';
import { createClient } from '@pipit/runtime/client';
import type { ServedService } from '@pipit/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { descriptorSetOf } from '../codec/protobuf-es.ts';
import { listenBehindGateway } from '../interop/gateway.ts';
import { listen } from '../interop/listen.ts';
import { protobufOnly } from '../transcode/protobuf-only.ts';
import * as latest from './new/shop.twirp.ts';
import * as old from './old/shop.twirp.ts';

// A server, a client and a gateway are never brought up to date at once: whoever is first, no call fails that could
// succeed. Each has the code that its own version of the schema generates.

const { COLOR_RED } = old.Color;
const { COLOR_GREEN } = latest.Color;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const file = bytes('%PDF-1.7');

/** Answers with what it was sent, and with something of its own in every field. */
const oldServer = old.Shop.serve({
  find: ({ name, color, colors, size }) => ({
    name,
    color,
    colors,
    size,
    parts: { brim: color },
    lining: color,
  }),
  buy: ({ hat }) => ({ data: { number: BigInt(hat?.name.length ?? 0) } }),
  show: ({ name }) => ({ contentType: 'image/png', data: bytes(name) }),
  export: () => ({ contentType: 'application/pdf', data: file }),
});

const newServer = latest.Shop.serve({
  find: ({ name, brand, color, colors, size }) => ({
    name,
    brand: `${brand}!`,
    color,
    colors: [...colors, COLOR_GREEN, COLOR_RED],
    size: size ?? { case: 'letter', value: 'L' },
    parts: { brim: COLOR_GREEN, band: COLOR_RED },
    lining: COLOR_GREEN,
    sold: { number: 7n, text: 'yes' },
  }),
  buy: ({ hat, count }) => ({ data: { number: BigInt(hat?.name.length ?? 0), text: `${count} sold` } }),
  show: ({ name }) => ({ contentType: 'image/png', data: bytes(name), filename: 'hat.png' }),
  export: () => ({ contentType: 'application/pdf', data: file, pages: 3 }),
  sell: ({ hat }) => hat ?? {},
});

const transcoderOf = (version: string): Transcoder =>
  createTranscoder(descriptorSetOf(fileURLToPath(new URL(version, import.meta.url))));

/** The ways from a client to a server; those that speak protobuf only have a gateway that knows one of the schemas. */
const ways: Readonly<
  Record<string, (service: ServedService) => Promise<{ origin: string; close(): Promise<void> }>>
> = {
  straight: (service) => listen('node', { services: [service] }, 0),
  'through a gateway': (service) => listenBehindGateway({ services: [service] }, 0),
  'through a gateway with old descriptors': (service) =>
    listenBehindGateway({ services: [service] }, 0, {
      transcoder: transcoderOf('old'),
      altered: protobufOnly,
    }),
  'through a gateway with new descriptors': (service) =>
    listenBehindGateway({ services: [service] }, 0, {
      transcoder: transcoderOf('new'),
      altered: protobufOnly,
    }),
};

async function originOf(way: string, service: ServedService): Promise<string> {
  const listening = await ways[way]!(service);
  onTestFinished(() => listening.close());
  return listening.origin;
}

describe.each(Object.keys(ways))('%s', (way) => {
  describe.each(['json', 'protobuf'] as const)('in %s', (format) => {
    test('an old client of a new server', async () => {
      const baseUrl = await originOf(way, newServer);
      const client = createClient(old.Shop, { baseUrl, format });
      const query = {
        name: 'Bowler',
        color: COLOR_RED,
        colors: [COLOR_RED],
        size: { case: 'inches', value: 7 },
      } as const;
      const hat = await client.find(query);
      expect(hat).toMatchObject({ name: 'Bowler', color: COLOR_RED, size: query.size });
      expect(hat.colors).toContain(COLOR_RED);
      expect(hat.parts['band']).toBe(COLOR_RED);
      // A member of the oneof that it does not know is none.
      expect((await client.find({})).size).toBeUndefined();
      expect((await client.buy({ hat: { name: 'Bowler' } })).data).toMatchObject({ number: 6n });
      expect(await client.show({ name: 'png' })).toMatchObject({
        contentType: 'image/png',
        data: bytes('png'),
      });
    });

    test('a new client of an old server', async () => {
      const baseUrl = await originOf(way, oldServer);
      const client = createClient(latest.Shop, { baseUrl, format });
      const hat = await client.find({
        name: 'Bowler',
        brand: 'Lock',
        color: COLOR_GREEN,
        colors: [COLOR_RED, COLOR_GREEN, COLOR_RED],
        size: { case: 'letter', value: 'M' },
      });
      expect(hat).toMatchObject({ name: 'Bowler', brand: '', size: undefined, sold: undefined });
      expect(hat.colors.filter((color) => color === COLOR_RED)).toHaveLength(2);
      const bought = await client.buy({ hat: { name: 'Bowler', brand: 'Lock' }, count: 2 });
      expect(bought).toMatchObject({ code: 0, data: { number: 6n, text: '' } });
      expect(await client.show({ name: 'png' })).toMatchObject({
        contentType: 'image/png',
        data: bytes('png'),
        filename: '',
      });
      await expect(client.sell({})).rejects.toMatchObject({
        code: expect.stringMatching(/^(bad_route|unimplemented)$/) as string,
      });
    });

    test('a download that stops being one: never a file of JSON to old clients, still one to new clients', async () => {
      const pdf = { contentType: 'application/pdf', data: file };
      const toNew = createClient(old.Shop, { baseUrl: await originOf(way, newServer), format }).export({});
      // A gateway that has to decode it goes by its own descriptors.
      if (way.includes('old descriptors')) expect(await toNew).toMatchObject(pdf);
      else await expect(toNew).rejects.toThrow(`expected a download, got application/${format}`);
      const toOld = createClient(latest.Shop, { baseUrl: await originOf(way, oldServer), format });
      expect(await toOld.export({})).toMatchObject({ ...pdf, pages: 0 });
    });
  });
});
