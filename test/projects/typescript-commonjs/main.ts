import { deepStrictEqual } from 'node:assert';
import { type Context, invalidArgument } from '@pipit/runtime';
import { createClient, TwirpError, unwrap } from '@pipit/runtime/client';
import { pipit } from '@pipit/runtime/fastify';
import { reflect } from '@pipit/runtime/reflect';
import { fastify } from 'fastify';
import {
  type BuyRequest,
  type BuyResponseInit,
  Hats,
  type FileInit,
  type ListResponseInit,
} from './rpc/hats.twirp.js';

class HatsServer implements Hats {
  async buy({ size, labels }: BuyRequest, context: Context): Promise<BuyResponseInit> {
    if (size <= 0) throw invalidArgument('size', 'must be > 0');
    context.responseHeaders.set('Cache-Control', 'no-store');
    return { data: { orderId: 7n, labels } };
  }

  list(): ListResponseInit {
    return { colors: ['red'] };
  }

  invoice(): FileInit {
    return { contentType: 'text/plain', data: new Uint8Array([1]) };
  }
}

async function main(): Promise<void> {
  const app = fastify();
  await app.register(pipit, { services: [Hats.serve(new HatsServer())] });
  const baseUrl = await app.listen();
  for (const format of ['json', 'protobuf'] as const) {
    const hats = createClient(Hats, { baseUrl, format });
    const order = unwrap(await hats.buy({ size: 7, labels: { gift: 'yes' } }));
    deepStrictEqual([order.orderId, order.labels], [7n, { gift: 'yes' }]);
    const refused: unknown = await hats.buy({ size: 0 }).catch((error: unknown) => error);
    deepStrictEqual(refused instanceof TwirpError && refused.code, 'invalid_argument');
  }
  await app.close();
  // The descriptor is a module of its own, which is loaded by its path.
  const { methods } = await reflect(Hats);
  deepStrictEqual(
    methods.map(({ name }) => name),
    ['Buy', 'List', 'Invoice'],
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
