import { once } from 'node:events';
import { connect } from '@nats-io/transport-node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startRelay, type Relay } from '../../packages/gateway/test/relay.ts';
import { freePort } from '../free-port.ts';
import { logged, type Started } from '../gateway-process/gateway.ts';
import { Cluster, hello, reached, waiting } from './gateways.ts';
import { NatsServer } from './nats-server.ts';

/** A service that remembers whom it has greeted; one whose name begins with `hold` is not answered. */
class Greeter {
  readonly greeted: string[] = [];
  readonly cancelled: string[] = [];

  readonly hello = async (
    { message }: { readonly message: string },
    context: { readonly signal: AbortSignal },
  ): Promise<{ data: { message: string } }> => {
    this.greeted.push(message);
    if (message.startsWith('hold')) {
      await once(context.signal, 'abort');
      this.cancelled.push(message);
    }
    return { data: { message: `Hello, ${message}!` } };
  };

  /** Waits until it has greeted somebody. */
  greets(message: string): Promise<void> {
    return vi.waitFor(() => {
      if (!this.greeted.includes(message)) throw new Error(`${message} has not come`);
    }, waiting);
  }

  timesOf(message: string): number {
    return this.greeted.filter((one) => one === message).length;
  }
}

/** Calls at once, each with a name of its own, and what became of them. */
async function several(
  at: Started,
  name: string,
  timeoutMs?: number,
): Promise<{ name: string; status: number }[]> {
  const names = Array.from({ length: 5 }, (_, index) => `${name}-${index}`);
  return Promise.all(
    names.map(async (one) => ({ name: one, status: (await hello(at, one, timeoutMs)).status })),
  );
}

/** None of those that were refused has been delivered, nor will be, and none twice. */
function expectNotDelivered(greeter: Greeter, calls: readonly { name: string; status: number }[]): void {
  for (const { name, status } of calls) {
    expect([name, status, greeter.timesOf(name)]).toEqual([name, status, status === 200 ? 1 : 0]);
  }
}

test('the owner stands still with a request: outcome unknown, and awake again it repeats nothing', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'], greeter.hello)) as [Started, Started];
  const answer = hello(a, 'hold');
  await greeter.greets('hold');
  b.child.kill('SIGSTOP');
  expect(await answer).toMatchObject({ status: 503, body: expect.stringContaining('outcome unknown') });
  b.child.kill('SIGCONT');
  await reached(a);
  expect(greeter.timesOf('hold')).toBe(1);
});

test('the owner stands still before it has the requests, and nobody else is there: refused, and never begun', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'], greeter.hello)) as [Started, Started];
  b.child.kill('SIGSTOP');
  // Whose time is over after three seconds hears before it is that nobody is there: that would be 408.
  const calls = await several(a, 'late', 3_000);
  expect(calls.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
  b.child.kill('SIGCONT');
  await reached(a);
  // What came later than the calls has been answered.
  await hello(b);
  expectNotDelivered(greeter, calls);
});

test('an owner is killed under load: each call is answered, or refused, and begun once at most', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b, c] = (await cluster.gateways(['a', 'b', 'c'], greeter.hello)) as [Started, Started, Started];
  await cluster.serve(b, greeter.hello);
  await reached(b);
  const calls: { name: string; status: number }[] = [];
  const over = new AbortController();
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let i = 0; !over.signal.aborted; i++) {
      const name = `load-${caller}-${i}`;
      calls.push({ name, status: (await hello(a, name)).status });
    }
  });
  await vi.waitFor(() => expect(calls.length).toBeGreaterThan(50), waiting);
  c.child.kill('SIGKILL');
  const before = calls.length;
  await vi.waitFor(() => expect(calls.length).toBeGreaterThan(before + 100), waiting);
  over.abort();
  await Promise.all(callers);
  for (const { name, status } of calls) {
    expect([200, 503]).toContain(status);
    if (status === 200) expect([name, greeter.timesOf(name)]).toEqual([name, 1]);
    else expect(greeter.timesOf(name)).toBeLessThan(2);
  }
  // Those that it had, of eight at a time.
  expect(calls.filter(({ status }) => status !== 200).length).toBeLessThanOrEqual(8);
});

test('the entry is killed with a request: the handler is told', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'], greeter.hello)) as [Started, Started];
  const answer = hello(a, 'hold').catch((error: NodeJS.ErrnoException) => error.code);
  await greeter.greets('hold');
  a.child.kill('SIGKILL');
  expect(await answer).toBe('ECONNRESET');
  await vi.waitFor(() => expect(greeter.cancelled).toEqual(['hold']), waiting);
  expect((await hello(b)).status).toBe(200);
});

test('NATS hears and says nothing for a while: own services go on, others are refused, nothing comes late', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'], greeter.hello)) as [Started, Started];
  cluster.nats.signal('SIGSTOP');
  const [first, local] = await Promise.all([several(a, 'first'), several(b, 'local')]);
  expect(first.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
  expect(local.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const second = await several(a, 'second');
  expect(second.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
  cluster.nats.signal('SIGCONT');
  await reached(a);
  expectNotDelivered(greeter, [...first, ...second, ...local]);
});

test('NATS is gone for a moment, and an answer with it: outcome unknown, and not when its time is over', async () => {
  let answers = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answers = resolve));
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'], async (request, context) => {
    if (request.message !== 'lost') return greeter.hello(request, context);
    greeter.greeted.push('lost');
    await answered;
    return {};
  })) as [Started, Started];
  const answer = hello(a, 'lost');
  await greeter.greets('lost');
  await cluster.nats.kill();
  await Promise.all([a, b].map((one) => logged(one, 'NATS is gone')));
  answers();
  // The connection between service and gateway keeps its order.
  expect((await hello(b, 'after')).status).toBe(200);
  await cluster.nats.restart();
  expect(await answer).toMatchObject({ status: 503, body: expect.stringContaining('outcome unknown') });
  expect(greeter.timesOf('lost')).toBe(1);
});

test('the owner is killed with a request and started again at once, under its id: outcome unknown', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'], greeter.hello)) as [Started, Started];
  const answer = hello(a, 'hold');
  await greeter.greets('hold');
  b.child.kill('SIGKILL');
  await cluster.gateway('b');
  expect(await answer).toMatchObject({ status: 503, body: expect.stringContaining('outcome unknown') });
});

test('the line of one gateway to NATS is cut, and slow: it serves its own, and comes back by itself', async () => {
  const greeter = new Greeter();
  const cluster = await Cluster.start();
  const line = await relayTo(cluster.nats.port);
  const a = await cluster.gateway('a');
  const b = await cluster.gatewayAt(`nats://127.0.0.1:${line.port}`, 'b');
  await cluster.serve(b, greeter.hello);
  await reached(a);
  line.blackhole();
  const cut = await several(a, 'cut');
  expect(cut.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
  expect((await hello(b)).status).toBe(200);
  line.resume();
  await reached(a);
  expectNotDelivered(greeter, cut);
  line.reset();
  await reached(a);
  line.throttle(20_000);
  for (const { status } of await several(a, 'slow')) expect(status).toBe(200);
});

test('two NATS servers lose each other: each side serves its own, and both are one again afterwards', async () => {
  const greeter = new Greeter();
  const route = await freePort();
  const cluster = await Cluster.start(
    `server_name: one\ncluster { name: both, listen: "127.0.0.1:${route}", no_advertise: true }`,
  );
  const between = await relayTo(route);
  const other = await NatsServer.start(
    `server_name: two\ncluster { name: both, listen: "127.0.0.1:${await freePort()}", no_advertise: true, routes: ["nats-route://127.0.0.1:${between.port}"] }`,
  );
  onTestFinished(() => other.close());
  const a = await cluster.gateway('a');
  const b = await cluster.gatewayAt(other.url, 'b');
  await cluster.serve(b, greeter.hello);
  await reached(a);
  between.blackhole();
  const split = await several(a, 'split');
  expect(split.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
  expect((await hello(b)).status).toBe(200);
  between.resume();
  await reached(a);
  expectNotDelivered(greeter, split);
});

test('NATS comes back with a smaller max_payload: large bodies and answers come whole', async () => {
  const cluster = await Cluster.start();
  const [a] = (await cluster.gateways(['a', 'b'])) as [Started, Started];
  const large = 'x'.repeat(300_000);
  expect((await hello(a, large)).body.length).toBeGreaterThan(large.length);
  await cluster.nats.kill();
  cluster.nats.configure('max_payload: 131072');
  await cluster.nats.restart();
  await reached(a);
  expect((await hello(a, large)).body.length).toBeGreaterThan(large.length);
});

test('a stranger that writes on all subjects of the bus ends nothing', async () => {
  const cluster = await Cluster.start();
  const [a, b] = (await cluster.gateways(['a', 'b'])) as [Started, Started];
  const stranger = await connect({ servers: cluster.nats.url });
  onTestFinished(() => stranger.close());
  const subjects = ['here', 'events', 'svc.user.v0.Echo', 'ask.b', 'to.a', 'to.b', 'none.a.0.1', 'none.a.x'];
  for (let i = 0; i < 100; i++) {
    const bytes = Uint8Array.from({ length: i }, (_, at) => (i * 37 + at * 101) % 256);
    for (const subject of subjects) stranger.publish(`gw1.${subject}`, bytes);
  }
  await stranger.flush();
  for (const one of [a, b]) expect((await hello(one)).status).toBe(200);
});

async function relayTo(port: number): Promise<Relay> {
  const relay = await startRelay({ port });
  onTestFinished(() => relay.close());
  return relay;
}
