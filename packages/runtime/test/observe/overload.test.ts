import { overload } from '@pipit/runtime/overload';
import { describe, expect, test } from 'vitest';
import { doors } from '../fixture/at-doors.ts';

/** A promise, and how to resolve it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Holds the event loop up for 10 ms. */
function compute(ran: () => void): object {
  ran();
  const end = performance.now() + 10;
  while (performance.now() < end);
  return {};
}

describe.each(doors)('%s', (_, open) => {
  test('more calls than may be under way are refused, until one has ended', async () => {
    const guard = overload({ maxInFlight: 2 });
    const released = gate();
    let entered = 0;
    const send = await open(
      {
        say: async () => {
          entered += 1;
          await released.opened;
          return {};
        },
      },
      { hooks: [guard.hooks] },
    );
    const first = [send('Say'), send('Say')];
    await expect.poll(() => entered).toBe(2);
    const refused = await send('Say');
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      503,
      '1',
      { code: 'unavailable', msg: 'overloaded: 2 calls are under way' },
    ]);
    expect(guard.isOverloaded).toBe(true);
    released.open();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    await expect.poll(async () => (await send('Say')).status).toBe(200);
  });

  test('a handler that answered too late counts until it has ended', async () => {
    const guard = overload({ maxInFlight: 1 });
    const released = gate();
    const send = await open(
      { say: () => released.opened.then(() => ({})) },
      { hooks: [guard.hooks], timeoutMs: 1 },
    );
    expect((await send('Say')).status).toBe(408);
    expect((await send('Say')).status).toBe(503);
    released.open();
    await expect.poll(async () => (await send('Say')).status).not.toBe(503);
  });

  test('calls that compute let others run in between, and do not run once their caller is gone', async () => {
    const guard = overload({ maxDelayMs: 60_000 });
    const ran: string[] = [];
    const send = await open(
      { say: () => compute(() => ran.push('say')), lookUp: () => ({ ids: [ran.push('look_up')] }) },
      { hooks: [guard.hooks], interceptors: [guard.interceptor] },
    );
    for (let calls = 0; calls < 12; calls++) await send('say');
    ran.length = 0;
    const says = Array.from({ length: 10 }, () => send('say'));
    await send('look_up');
    await Promise.all(says);
    expect(ran.length).toBe(11);
    expect(ran.at(-1)).toBe('say');
    ran.length = 0;
    const leaving = new AbortController();
    const kept = send('say');
    const left = Array.from({ length: 10 }, () => send('say', '{}', undefined, { signal: leaving.signal }));
    await kept;
    leaving.abort();
    await Promise.allSettled(left);
    await send('say');
    expect(ran.length).toBeLessThan(12);
  });

  test('calls that would wait for too long are refused', async () => {
    const guard = overload({ maxDelayMs: 100 });
    let ran = 0;
    const send = await open(
      { say: () => compute(() => (ran += 1)) },
      { hooks: [guard.hooks], interceptors: [guard.interceptor] },
    );
    for (let calls = 0; calls < 12; calls++) await send('say');
    ran = 0;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('say')));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBe(20 - ran);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(((await answer.json()) as { msg: string }).msg).toMatch(
        /^overloaded: (calls of pipit\.test\.v1\.Probe\/say wait for \d+ ms|the event loop is \d+ ms late)$/,
      );
    }
    expect(guard.isOverloaded).toBe(true);
  });
});
