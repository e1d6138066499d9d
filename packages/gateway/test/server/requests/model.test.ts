import fc from 'fast-check';
import { test } from 'vitest';
import { keyOf, type CallOptions, type ServiceOptions } from './harness.ts';
import { Run, type Reply, type Step } from './model-run.ts';

const index = fc.nat(12);
const idempotent = ['test.Echo/M1', 'test.Echo/M4', 'test.Echo/M7'];
const services = fc.record<ServiceOptions>({
  revision: fc.constantFrom(0, 1, 1),
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  maxMessageBytes: fc.constantFrom(400, 100_000),
  window: fc.constantFrom(10, 100_000),
  idempotentMethods: fc.constantFrom([], idempotent),
  can: fc.record({ chunks: fc.boolean(), cancel: fc.boolean() }),
});
const calls = fc.record<CallOptions>(
  {
    safe: fc.constantFrom(false, false, true),
    timeout: fc.constantFrom(300, 2_500, 20_000),
    payload: fc.constantFrom(0, 1_200).map((size) => new Uint8Array(size)),
    key: fc.constantFrom(keyOf('limited', 3), keyOf('free')),
  },
  { requiredKeys: ['safe'] },
);
const replies = fc.constantFrom<Reply>(
  'ok',
  'ok',
  'declined',
  'declined',
  'accepted',
  'firstChunk',
  'nextChunk',
  'lastChunk',
  'wrongChunk',
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect' as const), options: services }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('call' as const), options: calls }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('reply' as const),
      service: index,
      request: index,
      reply: replies,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forge' as const), service: index, request: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), call: index }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('lose', 'pause', 'resume', 'resume', 'suspect', 'ready', 'ready', 'draining'),
      service: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(10, 400, 2_000, 9_000) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

test('whatever happens, every call ends once, with its own answer, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const run = new Run();
      run.world.service();
      for (const each of steps) await run.take(each);
      await run.end();
    }),
    { numRuns: 500 },
  );
}, 120_000);
