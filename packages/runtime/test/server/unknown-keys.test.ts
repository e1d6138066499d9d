import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '@pipit/runtime/client';
import type { Logger } from '@pipit/runtime';
import { doors, loggerOf } from '../fixture/at-doors.ts';
import { Probe, type TextInit } from '../fixture/probe.twirp.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A logger that keeps its warnings. */
function warnings(): { readonly log: Logger; readonly texts: string[] } {
  const texts: string[] = [];
  return { log: loggerOf({ warn: (_, text) => void texts.push(text) }), texts };
}

describe.each(doors)('keys that no field has, at the door %s', (_, open) => {
  test('are told once a method', async () => {
    const { log, texts } = warnings();
    const row = { text: 'a', count: 1, created_at: new Date(), total: 3 };
    const send = await open(
      {
        say: () => row,
        enter: () => ({ data: row }),
        fetch: () => ({ content_type: 'text/plain', data: new Uint8Array() }) as object,
        lookUp: () => ({ text: 'a' }),
      },
      { log },
    );
    for (let i = 0; i < 3; i++) {
      for (const method of ['say', 'Enter', 'Fetch', 'look_up']) {
        expect((await send(method)).status).toBe(200);
      }
    }
    expect(texts).toEqual([
      'pipit.test.v1.Probe/say answered with keys that no field of pipit.test.v1.Text has, whose values are lost: created_at, total',
      'pipit.test.v1.Probe/Enter answered with keys that no field of pipit.test.v1.Entered has, whose values are lost: data.created_at, data.total',
      'pipit.test.v1.Probe/Fetch answered with keys that no field of pipit.test.v1.File has, whose values are lost: content_type (use contentType)',
    ]);
  });

  test('are told where a later answer has them first', async () => {
    const { log, texts } = warnings();
    const answers: TextInit[] = [{ text: 'a' }, { text: 'b', ids: [1] }, { text: 'c', total: 1 } as object];
    const send = await open({ say: () => answers.shift()! }, { log });
    await send('say');
    await send('say');
    expect(texts).toEqual([]);
    await send('say');
    expect(texts).toHaveLength(1);
  });

  test('are no warning where nothing is lost: messages, methods, what is not set', async () => {
    const { log, texts } = warnings();
    class Row {
      text = 'a';
      other = undefined;
      save = (): void => undefined;
      get upper(): string {
        return this.text.toUpperCase();
      }
    }
    const send = await open(
      { say: (request) => request, lookUp: () => new Row(), enter: () => ({ data: new Row() }) },
      { log },
    );
    for (const method of ['say', 'look_up', 'Enter']) expect((await send(method)).status).toBe(200);
    expect(texts).toEqual([]);
  });

  test('are not looked for in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { log, texts } = warnings();
    const send = await open({ say: () => ({ total: 1 }) as object }, { log });
    expect((await send('say')).status).toBe(200);
    expect(texts).toEqual([]);
  });

  test('fail no call, whatever the logger and the message do', async () => {
    const console = vi.spyOn(globalThis.console, 'warn').mockReturnValue();
    let reads = 0;
    const log = loggerOf({
      warn: () => {
        throw new Error('full');
      },
    });
    const hostile = {
      text: 'a',
      get count(): number {
        if (reads++ === 0) throw new Error('not now');
        return 2;
      },
    };
    const send = await open(
      { say: () => ({ text: 'a', total: 1 }) as object, lookUp: () => hostile },
      { log },
    );
    expect(await (await send('say')).json()).toMatchObject({ text: 'a' });
    expect(console).toHaveBeenCalledOnce();
    expect(await (await send('look_up')).json()).toMatchObject({ count: 2 });
  });
});

test.each(['json', 'protobuf'] as const)('a client tells of them once a method, in %s', async (format) => {
  const console = vi.spyOn(globalThis.console, 'warn').mockReturnValue();
  const client = createClient(Probe, {
    baseUrl: '',
    format,
    fetch: async () => new Response(format === 'json' ? '{}' : new Uint8Array()),
  });
  const request: object = { text: 'a', total: 3 };
  await client.say(request);
  await client.say(request);
  await client.say({ text: 'a' });
  expect(console.mock.calls).toEqual([
    [
      'pipit.test.v1.Probe/say was called with keys that no field of pipit.test.v1.Text has, whose values are lost: total',
    ],
  ]);
});
