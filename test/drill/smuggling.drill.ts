import { once } from 'node:events';
import { connect } from 'node:net';
import { createHandler, createServer, nodeRequest } from '@pipit/runtime/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listening } from '../../packages/runtime/test/fixture/node-server.ts';
import { Probe } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { probe } from '../../packages/runtime/test/fixture/serve.ts';
import { haproxyReusing } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { ambiguous } from './smuggling-requests.ts';

/** A call as the handler saw it. */
interface Seen {
  readonly text: string;
  readonly proxy: unknown;
  readonly way: 'lane' | 'node';
}

async function serve(fastLane: boolean): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = [];
  const say: Probe['say'] = (request, context) => {
    const way = context.get(nodeRequest) === undefined ? 'lane' : 'node';
    seen.push({ text: request.text, proxy: context.headers['via-proxy'], way });
    return request;
  };
  const handler = createHandler({ services: [Probe.serve(probe({ say }))] });
  return { port: await listening(createServer(handler, { fastLane })), seen };
}

/** Sends these bytes, and reads until the proxy ends the connection or has answered what was sent behind them. */
async function attack(port: number, bytes: string): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.resume();
  const closed = once(socket, 'close');
  // A half-closed connection: proxies answer what they have, and close.
  socket.end(bytes, 'latin1');
  await closed;
}

/** What a stranger is answered who comes behind the attack, on a connection of his own. */
async function ask(port: number, text: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/api/pipit.test.v1.Probe/say`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  return ((await response.json()) as { text: unknown }).text;
}

describe.each([
  ['nginx', nginx],
  ['haproxy', haproxyReusing],
] as const)('behind %s', (name, proxy) => {
  test.each([
    ['the fast lane', true],
    ['node:http', false],
  ] as const)(
    '%s sees the requests that the proxy saw, and no stranger gets the answer of another',
    async (_, fastLane) => {
      const { port, seen } = await serve(fastLane);
      const front = await proxy(port);
      await expect.poll(() => ask(front, 'ready').catch(String), { timeout: 30_000 }).toBe('ready');
      for (const [kind, bytes] of Object.entries(ambiguous)) {
        await attack(front, bytes);
        for (const stranger of [`one after ${kind}`, `two after ${kind}`]) {
          expect(await ask(front, stranger)).toBe(stranger);
        }
      }
      expect(seen.filter((call) => call.proxy !== name)).toEqual([]);
      // An attack that went through leaves its connection to node:http, and strangers with it.
      expect(seen.some(({ way }) => way === 'lane')).toBe(fastLane);
    },
  );
});
