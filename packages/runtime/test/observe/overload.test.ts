import { overload } from '@pipit/runtime/overload';
import { describe, expect, test } from 'vitest';
import { doors } from '../fixture/at-doors.ts';

/** A promise, and how to resolve it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
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
});
