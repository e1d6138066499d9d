import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as runtimeModule from '@pipit/runtime';
import { BusinessError, DecodeError, EncodeError, FormError, TwirpError, type Context } from '@pipit/runtime';
import type * as clientModule from '@pipit/runtime/client';
import type * as fastifyModule from '@pipit/runtime/fastify';
import { fastifyRequest } from '@pipit/runtime/fastify';
import type * as nodeModule from '@pipit/runtime/node';
import { nodeRequest } from '@pipit/runtime/node';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doors, loggerOf } from '../fixture/at-doors.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import type * as serviceModule from '../fixture/probe.twirp.ts';

/** What the other copy exports. */
interface Copy {
  readonly runtime: typeof runtimeModule;
  readonly fastify: typeof fastifyModule;
  readonly node: typeof nodeModule;
  readonly client: typeof clientModule;
  readonly service: typeof serviceModule;
}

let folder: string;
/** The runtime and a generated service once more, as a bundle of a library brings them. */
let other: Copy;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipit-copy-'));
  const outfile = join(folder, 'copy.mjs');
  await symlink(
    fileURLToPath(new URL('../../../../node_modules', import.meta.url)),
    join(folder, 'node_modules'),
  );
  await build({
    stdin: {
      contents: `
        export * as runtime from '../../src/index.ts';
        export * as fastify from '../../src/server/fastify/index.ts';
        export * as node from '../../src/server/node/index.ts';
        export * as client from '../../src/client/index.ts';
        export * as service from '../fixture/probe.twirp.ts';`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@pipit/source'],
    external: ['fastify', 'qs'],
    outfile,
  });
  other = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Copy;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('instanceof knows the errors of the other copy, each for what it is', () => {
  const { runtime } = other;
  expect(runtime.TwirpError).not.toBe(TwirpError);
  const pairs: [error: Error, type: new (...args: never[]) => Error][] = [
    [new runtime.TwirpError('aborted', 'x'), TwirpError],
    [new runtime.BusinessError(1, 'x'), BusinessError],
    [new runtime.DecodeError('x'), DecodeError],
    [new runtime.EncodeError('x'), EncodeError],
    [new runtime.FormError('a', 'x'), FormError],
  ];
  for (const [error, own] of pairs) {
    expect(pairs.filter(([, type]) => error instanceof type).map(([, type]) => type)).toEqual([own]);
  }
});

describe.each(doors)('a service of the other copy at the %s door', (_, open) => {
  const wrong = [
    ['a wrong value in JSON', '{"count":"x"}', 'application/json', 'malformed'],
    ['broken JSON', '{', 'application/json', 'malformed'],
    ['bytes that are no message', new Uint8Array([0xff]), 'application/protobuf', 'malformed'],
    ['a wrong value in a form', 'count=x', 'application/x-www-form-urlencoded', 'invalid_argument'],
  ] as const;
  test.each(wrong)('%s is the caller’s fault', async (_name, body, type, code) => {
    const lines: string[] = [];
    const log = loggerOf({ error: (_fields, text) => void lines.push(text) });
    const send = await open({ say: () => ({}) }, { log }, other.service.Probe);
    const response = await send('say', body, type);
    expect([response.status, await response.json()]).toMatchObject([400, { code }]);
    expect(lines).toEqual([]);
  });

  test('its errors are ours', async () => {
    const type = other.service.Probe;
    const business = await open(
      {
        enter() {
          throw new other.runtime.BusinessError(7, 'not today');
        },
        say() {
          throw new Error('outer', { cause: new other.runtime.TwirpError('not_found', 'gone') });
        },
      },
      {},
      type,
    );
    expect(await (await business('Enter')).text()).toBe('{"code":7,"msg":"not today","data":{}}');
    expect((await business('say')).status).toBe(404);
  });

  test('what its client made up is masked', async () => {
    const dead = other.client.createClient(Probe, { baseUrl: 'http://127.0.0.1:1' });
    const send = await open({ say: () => dead.say({}) }, { exposeInternalErrors: false });
    const response = await send('say');
    expect([response.status, await response.json()]).toEqual([
      500,
      { code: 'internal', msg: 'internal error' },
    ]);
  });

  test('its keys are ours', async () => {
    const seen: unknown[] = [];
    const say = (_request: unknown, context: Context): object => {
      for (const [own, theirs] of [
        [fastifyRequest, other.fastify.fastifyRequest],
        [nodeRequest, other.node.nodeRequest],
      ] as const) {
        seen.push(context.get<unknown>(theirs) === context.get<unknown>(own));
      }
      return {};
    };
    await (
      await open({ say })
    )('say');
    expect(seen).toEqual([true, true]);
    expect(other.fastify.fastifyRequest.symbol).toBe(fastifyRequest.symbol);
  });
});
