import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Context } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Probe } from '../../../runtime/test/fixture/probe.twirp.ts';
import { authority, certificate } from '../certificates.ts';
import { startRelay } from '../relay.ts';
import { call, echo, realGateway, service } from './real-gateway.ts';

const probe = (methods: Partial<Probe>): { services: ReturnType<typeof Probe.serve>[] } => ({
  services: [Probe.serve({ ...echo, ...methods })],
});

describe('a service behind a real gateway', () => {
  test('answers callers over TLS, many at a time', async () => {
    const ca = (await authority()).cert;
    const { gateway, url } = await realGateway(await certificate());
    const { connection } = service({ url, ca });
    await connection.ready;
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, index) => call(gateway, 'say', { text: `t${index}` })),
    );
    expect(all.map(({ body }) => (JSON.parse(body.toString()) as { text: string }).text)).toEqual(
      Array.from({ length: 200 }, (_, index) => `t${index}`),
    );
  });

  test('takes and gives bodies of megabytes in chunks, beside small ones', async () => {
    const { gateway, url } = await realGateway();
    const data = randomBytes(12 * 1024 * 1024);
    const { connection } = service({ url, ...probe({ fetch: () => ({ data }) }) });
    await connection.ready;
    const text = 'x'.repeat(3 * 1024 * 1024);
    const [small, large, file] = await Promise.all([
      call(gateway, 'say', { text: 'small' }),
      call(gateway, 'say', { text }),
      call(gateway, 'Fetch', {}),
    ]);
    expect(small.head.statusCode).toBe(200);
    expect((JSON.parse(large.body.toString()) as { text: string }).text).toBe(text);
    expect(file.body.equals(data)).toBe(true);
  });

  test('calls other services through its own stream, in every format', async () => {
    const { url } = await realGateway();
    const seen: Context[] = [];
    const callee = service({
      url,
      ...probe({
        say: ({ text }, context) => {
          seen.push(context);
          return { text: `${text}!` };
        },
      }),
    });
    const { connection } = service({ url, services: [] });
    await Promise.all([callee.connection.ready, connection.ready]);
    for (const format of ['json', 'protobuf'] as const) {
      const client = createClient(Probe, { baseUrl: 'http://gateway', fetch: connection.fetch, format });
      expect(await client.say({ text: 'hi' })).toMatchObject({ text: 'hi!' });
      const text = 'x'.repeat(1024 * 1024);
      expect((await client.say({ text })).text).toBe(`${text}!`);
    }
    expect(seen[0]?.path).toBe('/api/pipit.test.v1.Probe/say');
    const other = createClient(Probe, { baseUrl: 'http://gateway', prefix: '/my', fetch: connection.fetch });
    expect(await other.lookUp({ text: 'hi' })).toMatchObject({ text: 'hi' });
    const missing = await connection.fetch('http://gateway/api/pipit.test.v1.Other/say', { method: 'POST' });
    expect(missing.status).toBe(501);
  });

  test('hears of a cancelled call, and of its deadline', async () => {
    const { gateway, url } = await realGateway();
    const signals: AbortSignal[] = [];
    const say = ({ signal }: Context): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const { connection } = service({ url, ...probe({ say: (_, context) => say(context) }) });
    await connection.ready;
    let cancel = (): void => undefined;
    void call(gateway, 'say', {}, { begun: (handle) => (cancel = () => handle.cancel()) });
    await expect.poll(() => signals).toHaveLength(1);
    cancel();
    await expect.poll(() => signals[0]?.reason).toMatchObject({ code: 'canceled' });
    const late = call(gateway, 'say', {}, { timeout: 50 });
    await Promise.allSettled([late]);
    await expect.poll(() => signals[1]?.aborted).toBe(true);
  });

  test('publishes events to other services', async () => {
    const { url } = await realGateway();
    const [one, two] = [service({ url, services: [] }), service({ url, services: [] })];
    await Promise.all([one.connection.ready, two.connection.ready]);
    const got: string[] = [];
    two.connection.subscribe(
      ['pipit.created'],
      ({ payload }) => void got.push(Buffer.from(payload).toString()),
    );
    const publish = (): string | undefined => {
      one.connection.publish({ type: 'pipit.created', payload: Buffer.from('hello') });
      return got[0];
    };
    await expect.poll(publish).toBe('hello');
  });
});

describe('a connection that is closed', () => {
  test('finishes what is under way; nobody is left without an answer', async () => {
    const { gateway, url } = await realGateway();
    let started = 0;
    const say = async (): Promise<object> => {
      started += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return {};
    };
    const first = service({ url, ...probe({ say }) });
    const second = service({ url, ...probe({ say }) });
    await Promise.all([first.connection.ready, second.connection.ready]);
    const calls = Array.from({ length: 100 }, () => call(gateway, 'say', {}));
    await expect.poll(() => started).toBeGreaterThan(50);
    const closing = first.connection.close();
    // These come while it closes.
    for (let index = 0; index < 50; index += 1) calls.push(call(gateway, 'say', {}));
    const answers = await Promise.all(calls);
    expect(answers.every(({ head }) => head.statusCode === 200)).toBe(true);
    await closing;
    expect(gateway.admin.connections()).toHaveLength(1);
  });

  test('is gone from the gateway, which has nothing under way for it', async () => {
    const { gateway, url, server } = await realGateway();
    const { connection } = service({ url });
    await connection.ready;
    await call(gateway, 'say', {});
    await connection.close();
    expect(gateway.admin.connections()).toEqual([]);
    await expect.poll(() => server.sessions).toBe(0);
  });
});

describe('a gateway that goes', () => {
  test('is left before it is gone: no call fails while services move', async () => {
    const [one, two] = [await realGateway(), await realGateway()];
    // Both are behind one address, as behind a load balancer.
    let current = one.port;
    const balancer = createServer((near) => {
      const far = connect(current, '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => [near, far].forEach((end) => end.destroy()));
    });
    balancer.listen(0, '127.0.0.1');
    await once(balancer, 'listening');
    onTestFinished(() => void balancer.close());
    const { port } = balancer.address() as AddressInfo;
    const { connection } = service({ url: `http://127.0.0.1:${port}`, severalGateways: true });
    await connection.ready;
    current = two.port;
    const calls = Array.from({ length: 20 }, () => call(one.gateway, 'say', {}));
    const draining = one.gateway.drain();
    calls.push(...Array.from({ length: 20 }, () => call(one.gateway, 'say', {})));
    const answers = await Promise.all(calls);
    expect(answers.every(({ head }) => head.statusCode === 200)).toBe(true);
    await draining;
    await call(two.gateway, 'say', {});
    expect(connection.state).toBe('connected');
  });

  test('without a word is noticed by PING, and dialled again', async () => {
    const { gateway, port } = await realGateway();
    const relay = await startRelay({ port });
    onTestFinished(() => relay.close());
    const states: string[] = [];
    const { connection } = service({
      url: `http://127.0.0.1:${relay.port}`,
      keepalive: { interval: 100, timeout: 100 },
      onState: (state) => void states.push(state),
    });
    await connection.ready;
    relay.blackhole();
    await expect.poll(() => states).toEqual(['connected', 'connecting']);
    relay.reset();
    relay.resume();
    await expect.poll(() => connection.state).toBe('connected');
    expect((await call(gateway, 'say', {})).head.statusCode).toBe(200);
  }, 20_000);
});

describe('what a person has to mend is named', () => {
  test('a wrong key', async () => {
    const { url } = await realGateway();
    const { lines } = service({ url, apiKey: 'gwk_test_wrong' });
    await expect.poll(() => lines).not.toEqual([]);
    expect(lines[0]).toMatch(/^error: the gateway at .* refuses this service: .*To mend it: .*apiKey/);
    expect(lines.join()).not.toContain('gwk_test_wrong');
  });

  test('the certificate', async () => {
    const ca = (await authority()).cert;
    const cases: [options: object, tls: object, text: string][] = [
      [{}, await certificate(), 'pass its CA with ca'],
      [{ ca }, await certificate({ names: ['other.test'] }), 'pass it with servername'],
      [{ ca }, await certificate({ expired: true }), 'has expired'],
    ];
    for (const [options, tls, text] of cases) {
      const { url } = await realGateway(tls);
      const { lines } = service({ url, ...options });
      await expect.poll(() => lines).not.toEqual([]);
      expect(lines[0]).toContain(text);
    }
    const { url } = await realGateway(await certificate({ names: ['other.test'] }));
    const { connection } = service({ url, ca, servername: 'other.test' });
    await connection.ready;
  });

  test('a port where nobody listens', async () => {
    const { lines } = service({ url: 'http://127.0.0.1:1' });
    await expect.poll(() => lines[0]).toContain('nothing listens at http://127.0.0.1:1');
  });
});
