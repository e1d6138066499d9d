import { localFetch } from '@pipit/runtime/local';
import type { RpcOptions } from '../../src/rpc/rpc-config.ts';
import { serveNode } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe, serve as serveFastify } from '../fixture/serve.ts';

/** A `fetch` for `http://local` that reaches the methods. */
type Serve = (methods: Partial<Probe>, options?: Partial<RpcOptions>) => Promise<typeof fetch>;

const at =
  (origin: string): typeof fetch =>
  (input, init) =>
    fetch((input as string).replace('http://local', origin), init);

/** Every door as a fetch. */
export const doors: readonly [name: string, serve: Serve][] = [
  ['Fastify door', async (methods, options) => at(await serveFastify(methods, options))],
  ['node door', async (methods, options) => at(await serveNode(methods, options))],
  [
    'in-process door',
    async (methods, options) => localFetch({ services: [Probe.serve(probe(methods))], ...options }),
  ],
];
