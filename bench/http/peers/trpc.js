import { once } from 'node:events';
import { hello } from './hello.js';

export const trpc = {
  id: 'trpc',
  title: 'tRPC standalone, zod',
  packages: ['@trpc/server', 'zod'],
  formats: ['json'],
  path: '/hello',

  unwrap: ({ result }) => result.data,

  async serve(port) {
    const { initTRPC } = await import('@trpc/server');
    const { createHTTPServer } = await import('@trpc/server/adapters/standalone');
    const { z } = await import('zod');
    const t = initTRPC.create();
    const request = z.object({ message: z.string(), age: z.int32(), ids: z.array(z.int32()) });
    const router = t.router({
      hello: t.procedure.input(request).mutation(({ input }) => hello(input)),
    });
    const server = createHTTPServer({ router }).listen(port, '127.0.0.1');
    await once(server, 'listening');
  },
};
