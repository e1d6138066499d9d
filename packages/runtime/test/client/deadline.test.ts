import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { serve, signalled } from '../fixture/serve.ts';

describe('timeoutMs', () => {
  test('ends a call that is not answered, and is told to the server', async () => {
    const seen: unknown[] = [];
    const silent = await rawServer((request) => void seen.push(request.headers['x-request-timeout-ms']));
    const client = createClient(Probe, { baseUrl: silent, timeoutMs: 60_000 });
    await expect(client.say({}, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      msg: 'no answer within 30 ms',
    });
    expect(seen).toEqual(['30']);
  });

  test('counts while the answer is read', async () => {
    const slow = await rawServer((_request, response) => void response.writeHead(200).write('{'));
    const client = createClient(Probe, { baseUrl: slow, timeoutMs: 50 });
    await expect(client.say({})).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });
});

describe('a signal', () => {
  test('that fires ends the call, and the server’s signal fires too', async () => {
    const entered = signalled();
    const left = signalled<unknown>();
    const origin = await serve({
      say(_request, { signal }) {
        signal.addEventListener('abort', () => left.resolve(signal.reason));
        entered.resolve();
        return new Promise(() => undefined);
      },
    });
    const leave = new AbortController();
    const call = createClient(Probe, { baseUrl: origin }).say(
      {},
      { signal: leave.signal, timeoutMs: 60_000 },
    );
    await entered.promise;
    leave.abort(new Error('changed my mind'));
    await expect(call).rejects.toMatchObject({
      code: 'internal',
      msg: 'aborted because context was done: changed my mind',
      cause: leave.signal.reason as Error,
    });
    expect(await left.promise).toMatchObject({ code: 'canceled' });
  });

  test('that has fired sends nothing', async () => {
    let calls = 0;
    const origin = await rawServer((_request, response) => {
      calls++;
      response.end('{}');
    });
    const client = createClient(Probe, { baseUrl: origin });
    await expect(client.say({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'internal' });
    expect(calls).toBe(0);
  });

  test('of a call that is being served passes its reason on', async () => {
    const reason = new TwirpError('deadline_exceeded', 'the deadline has passed');
    const client = createClient(Probe, { baseUrl: 'http://127.0.0.1:1' });
    await expect(client.say({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
