import { TwirpError, type Context } from '@pipit/runtime';
import { anyPack } from '@pipit/runtime/wkt';
import { Hats, Sizes, type BuyRequest, type ListResponseInit, type OrderInit } from './shop/v1/hats.twirp.ts';

class HatsServer implements Hats {
  buy({ size }: BuyRequest, context: Context): OrderInit {
    if (size > 60) {
      throw new TwirpError('out_of_range', 'no such size', {
        details: [anyPack(Sizes, { smallest: 50, largest: 60 })],
      });
    }
    context.responseTrailers.set('x-stock', '12');
    return { number: 7 };
  }

  list(): ListResponseInit {
    return { colors: ['red', 'blue'] };
  }
}

import { pipit } from '@pipit/runtime/fastify';
import { createServer } from '@pipit/runtime/node';
import { fastify } from 'fastify';

const app = fastify({ serverFactory: (listener) => createServer(listener) });
await app.register(pipit, { services: [Hats.serve(new HatsServer())], grpcAtRoot: true });
await app.listen({ port: 39193 });

export { app };