import { tracked, type TwirpError } from '@pipit/runtime';
import { fastifyRequest } from '@pipit/runtime/fastify';
import { expect, test } from 'vitest';
import { signalled } from '../../packages/runtime/test/fixture/serve.ts';
import { browserForTests } from './chromium.ts';
import { run } from './in-page.ts';
import { site } from './site.ts';

const open = browserForTests();

test.each(['json', 'protobuf', 'without codecs'] as const)(
  'a page reads a stream as it comes, and ends the call where it leaves the loop: %s',
  async (format) => {
    const { promise: over, resolve } = signalled<string>();
    const { origin } = await site(
      {},
      {
        streams: {
          async *watch(_request, { signal }) {
            try {
              yield { count: 1 };
              yield { count: 2 };
              await new Promise((left) => signal.addEventListener('abort', left));
            } finally {
              resolve((signal.reason as TwirpError).code);
            }
          },
        },
      },
    );
    const page = await open(origin);
    expect(await run(page, 'watch', format, 2)).toEqual([1, 2]);
    expect(await over).toBe('canceled');
  },
);

test('an EventSource that loses its stream comes back behind the last message', async () => {
  const { origin } = await site(
    {},
    {
      streams: {
        async *follow(_request, context) {
          const { lastEventId } = context;
          const first = Number(lastEventId ?? 0) + 1;
          yield tracked(String(first), { count: first });
          yield tracked(String(first + 1), { count: first + 1 });
          if (lastEventId !== undefined) return;
          await new Promise(setImmediate);
          context.get(fastifyRequest)?.raw.socket.destroy();
          await new Promise((left) => context.signal.addEventListener('abort', left));
        },
      },
    },
  );
  const page = await open(origin);
  expect(await run(page, 'events')).toEqual([
    ['1', 1],
    ['2', 2],
    ['3', 3],
    ['4', 4],
  ]);
});
