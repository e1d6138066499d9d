import { tracked, TwirpError } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { doors, feedUrl } from './doors.ts';

const accept = { accept: 'text/html, text/event-stream;q=0.9' };

describe.each(doors)('server-sent events through the %s', (_, serve) => {
  test('are messages in one line, with ids where they are tracked, and an end', async () => {
    const fetch = await serve({
      async *follow({ text }, { lastEventId }) {
        yield tracked('7', { text, count: Number(lastEventId) });
        yield { text: 'two\nlines' };
      },
    });
    const response = await fetch(`${feedUrl('Follow')}?text=hi`, {
      headers: { ...accept, 'last-event-id': '6' },
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(await response.text()).toBe(
      [
        'id: 7\ndata: {"text":"hi","count":6,"ids":[]}',
        'data: {"text":"two\\nlines","count":0,"ids":[]}',
        'event: end\ndata: {}',
        '',
      ].join('\n\n'),
    );
  });

  test('end with an event `failed` where the handler fails', async () => {
    const fetch = await serve({
      async *follow() {
        yield {};
        throw new TwirpError('aborted', 'enough');
      },
    });
    const response = await fetch(feedUrl('Follow'), { headers: accept });
    expect(await response.text()).toMatch(/\n\nevent: failed\ndata: {"code":"aborted","msg":"enough"}\n\n$/);
  });

  test('have a comment where there is nothing to say, and a head before the first', async () => {
    const fetch = await serve(
      {
        async *follow(_request, { signal }) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          yield {};
        },
      },
      { streamKeepAliveMs: 10 },
    );
    const response = await fetch(feedUrl('Follow'), { headers: accept });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe(':\n\n');
    await reader.cancel();
  });
});
