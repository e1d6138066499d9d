import { describe, expect, test } from 'vitest';
import type { GrpcStatus } from '../../src/protocol/message-stream.ts';
import { startRelay, type Relay } from '../relay.ts';
import { turn, VirtualClock } from '../virtual-clock.ts';
import { text, type Recorder } from './recorder.ts';
import { afterwards, dialed, startServer } from './rig.ts';

const keepalive = { interval: 20_000, timeout: 10_000 };
const never = { interval: 1e9, timeout: 1e9 };

interface Line {
  readonly clock: VirtualClock;
  readonly relay: Relay;
  readonly gateway: Recorder;
  readonly service: Recorder;
  /** How the side under test sees the end, if it does. */
  readonly status: () => GrpcStatus | undefined;
}

/** A stream through a relay; one side asks whether the other is there, by a clock of ours. */
async function line(side: 'gateway' | 'service'): Promise<Line> {
  const clock = new VirtualClock();
  const isGateway = side === 'gateway';
  const { port, accept } = await startServer({ clock, keepalive: isGateway ? keepalive : never });
  const relay = await startRelay({ port });
  afterwards(() => relay.close());
  const url = `http://127.0.0.1:${relay.port}`;
  const service = await dialed({ url, clock, keepalive: isGateway ? never : keepalive });
  const gateway = await accept();
  let status: GrpcStatus | undefined;
  void (isGateway ? gateway : service).over.then((end) => (status = end));
  return { clock, relay, gateway, service, status: () => status };
}

/** Until a message has gone there and back, and a PING before it. */
async function roundTrip({ gateway, service }: Line): Promise<void> {
  const seen = [gateway.messages.length, service.messages.length];
  gateway.stream.write(text('there'));
  service.stream.write(text('back'));
  await expect
    .poll(() => [gateway.messages.length, service.messages.length])
    .toEqual(seen.map((count) => count + 1));
}

describe.each(['gateway', 'service'] as const)('the %s', (side) => {
  test('finds a half-open connection within an interval and a timeout', async () => {
    const { clock, relay, status } = await line(side);
    relay.blackhole();
    await clock.pass(29_000);
    expect(status()).toBeUndefined();
    await clock.pass(1_000);
    await expect
      .poll(status)
      .toEqual({ code: 14, message: 'connection lost: the peer has not answered a PING within 10 s' });
  });

  test('keeps a silent connection whose peer answers', async () => {
    const all = await line(side);
    for (let round = 0; round < 5; round += 1) {
      all.clock.advance(20_000);
      await roundTrip(all);
      all.clock.advance(10_000);
      await turn();
    }
    expect(all.status()).toBeUndefined();
  });

  test('does not take its own standstill for the death of its peer', async () => {
    const all = await line(side);
    all.clock.advance(20_000);
    // Its answer is there, and has not been read when the late timer runs.
    all.clock.stall(60_000);
    await turn();
    expect(all.status()).toBeUndefined();
    await roundTrip(all);
    all.clock.advance(10_000);
    await roundTrip(all);
    expect(all.status()).toBeUndefined();
  });

  test('gives no second grace to a peer that is dead', async () => {
    const { clock, relay, status } = await line(side);
    relay.blackhole();
    clock.advance(20_000);
    clock.stall(60_000);
    await turn();
    expect(status()).toBeUndefined();
    clock.advance(10_000);
    await expect.poll(() => status()?.code).toBe(14);
  });

  test('takes bytes for a sign of life while the answer is on its way', async () => {
    const all = await line(side);
    const sender = side === 'gateway' ? all.service : all.gateway;
    const reader = side === 'gateway' ? all.gateway : all.service;
    // What the asking side sends is held, so its PING is not answered; the other way is open.
    all.relay.blackhole(side === 'gateway' ? 'down' : 'up');
    for (let round = 0; round < 4; round += 1) {
      all.clock.advance(20_000);
      sender.stream.write(text('busy'));
      const count = reader.messages.length;
      await expect.poll(() => reader.messages.length).toBe(count + 1);
      all.clock.advance(10_000);
      await turn();
    }
    expect(all.status()).toBeUndefined();
  });

  test('leaves no timer behind', async () => {
    const { clock, gateway, service } = await line(side);
    clock.advance(20_000);
    service.stream.end();
    gateway.stream.end();
    await Promise.all([service.over, gateway.over]);
    await expect.poll(() => clock.timers).toBe(0);
  });
});
