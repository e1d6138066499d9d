import assert from 'node:assert/strict';
import type { ForwardRequest } from '../../../src/protocol/registry.pb.ts';
import type { Peer } from '../../../src/server/peer.ts';
import { turn } from '../../virtual-clock.ts';
import {
  nothingLeft,
  World,
  type CallOptions,
  type Service,
  type ServiceOptions,
  type TestCall,
} from './harness.ts';

export type Reply = 'ok' | 'declined' | 'accepted' | 'firstChunk' | 'nextChunk' | 'lastChunk' | 'wrongChunk';
export type Step =
  | { readonly do: 'connect'; readonly options: ServiceOptions }
  | { readonly do: 'call'; readonly options: CallOptions }
  | { readonly do: 'reply'; readonly service: number; readonly request: number; readonly reply: Reply }
  | { readonly do: 'forge'; readonly service: number; readonly request: number }
  | { readonly do: 'cancel'; readonly call: number }
  | { readonly do: 'lose' | 'pause' | 'resume' | 'suspect' | 'ready' | 'draining'; readonly service: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'turn' };

/** One run: a world, and what it should have done. */
export class Run {
  readonly world: World = new World({
    chunkBytes: 500,
    queuePerService: 20,
    maxInFlight: 12,
    maxInFlightBytes: 6_000,
    tombstones: 20,
    ejectAfter: 2,
  });
  readonly cancelled = new Map<TestCall, { readonly told: number; readonly chunks: number }>();
  /** Requests that a service said it did not want, in time for it to be believed. */
  readonly #declined = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #nextChunk = new Map<string, number>();

  async take(step: Step): Promise<void> {
    const { world } = this;
    if (step.do === 'connect') world.service(step.options);
    else if (step.do === 'call') this.#call(step.options);
    else if (step.do === 'pass') await world.pass(step.ms);
    else if (step.do === 'turn') await turn();
    else if (step.do === 'cancel') this.#cancel(step.call);
    else {
      const service = at(world.services, step.service);
      if (service === undefined || service.peer.state === 'closed') return;
      if (step.do === 'reply') this.#reply(service, at(service.requests, step.request), step.reply);
      else if (step.do === 'forge') this.#forge(service, step.request);
      else if (step.do === 'lose' || step.do === 'pause' || step.do === 'resume') service[step.do]();
      else {
        if (service.peer.state === 'draining') return;
        service.peer.state = step.do;
        if (step.do === 'ready') world.forwarder.peerReady(service.peer);
      }
    }
    for (const { peer } of world.services) {
      assert.ok(world.forwarder.pendingOf(peer) <= peer.maxInFlight, 'a connection has more than it takes');
    }
  }

  /** Everything ends, and nothing is left. */
  async end(): Promise<void> {
    const { world } = this;
    await world.pass(310_000);
    assert.deepEqual(world.leftovers(), nothingLeft);
    for (const service of world.services) service.resume();
    await turn();
    for (const { peer } of world.services) assert.equal(peer.outbox.backlog, 0);
    assert.equal(world.settled.length, world.calls.length);
    for (const call of world.calls) this.#check(call);
  }

  #check(call: TestCall): void {
    const before = this.cancelled.get(call);
    assert.equal(call.told, before?.told ?? 1);
    if (before) assert.equal(call.chunks.length, before.chunks);
    else if (call.rest) assert.notEqual(call.complete, call.broken !== undefined);
    if (call.answer) assert.equal(call.answer.head.headers['of'], `/test.Echo/${call.request.method}`);
    const asked = this.world.asked.filter(
      ({ methodPath }) => methodPath === `/test.Echo/${call.request.method}`,
    );
    for (const { state } of asked) assert.ok(state === 'ready' || state === 'draining', state);
    assert.ok(asked.length <= 2, 'more than two connections were asked');
    assert.equal(new Set(asked.map(({ peer }) => peer)).size, asked.length);
    const received = this.world.services.flatMap(({ requests, peer }) =>
      requests
        .filter(({ methodPath }) => methodPath === `/test.Echo/${call.request.method}`)
        .map((request) => ({ request, peer })),
    );
    const repeatable = ({ peer }: { peer: Peer }): boolean =>
      peer.idempotentMethods.has(`test.Echo/${call.request.method}`);
    if (call.request.safe || received.some(repeatable)) return;
    // The last that has it may have carried it out; those before have said that they did not.
    const took = received.filter(({ request }) => !this.#declined.has(request.requestId));
    assert.ok(took.length <= 1, 'it may have been carried out twice');
  }

  #call(options: CallOptions): void {
    this.world.call({ ...options, method: `M${this.world.calls.length}` });
  }

  #cancel(which: number): void {
    const call = at(this.world.calls, which);
    if (call === undefined || this.cancelled.has(call)) return;
    const over = call.failure !== undefined || call.broken !== undefined || call.complete;
    if (over || (call.answer && !call.rest)) return;
    this.cancelled.set(call, { told: call.told, chunks: call.chunks.length });
    call.handle?.cancel();
  }

  #forge(service: Service, which: number): void {
    const others = this.world.services
      .filter((other) => other !== service)
      .flatMap(({ requests }) => requests);
    const request = at(others, which);
    if (request)
      service.answer(request.requestId, { payload: Buffer.from('forged'), headers: { of: 'forged' } });
  }

  #reply(service: Service, request: ForwardRequest | undefined, reply: Reply): void {
    if (request === undefined) return;
    const { requestId } = request;
    // Chunks after the first do not say what is asked.
    const methodPath = service.requests.find((first) => first.requestId === requestId)?.methodPath ?? '';
    const next = this.#nextChunk.get(requestId) ?? 0;
    const init = { headers: { of: methodPath }, payload: Buffer.from(methodPath) };
    if (reply === 'ok') service.answer(requestId, init);
    else if (reply === 'declined') {
      if (!this.#accepted.has(requestId)) this.#declined.add(requestId);
      service.answer(requestId, { ...init, notProcessed: true, statusCode: 503 });
    } else if (reply === 'accepted') {
      this.#accepted.add(requestId);
      service.say({ messageType: { case: 'accepted', value: { requestId } } });
    } else {
      const chunkIndex = reply === 'firstChunk' ? 0 : reply === 'wrongChunk' ? next + 1 : next;
      this.#nextChunk.set(requestId, chunkIndex + 1);
      const responseStreamInfo = { isStreamed: true, chunkIndex, isFinalChunk: reply === 'lastChunk' };
      service.answer(requestId, { ...init, responseStreamInfo });
    }
  }
}

function at<T>(list: readonly T[], which: number): T | undefined {
  return list.length === 0 ? undefined : list[which % list.length];
}
