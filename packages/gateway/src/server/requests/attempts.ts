import { ConnectionMessage, type ForwardRequestInit } from '../../protocol/registry.pb.ts';
import { requestTransfer } from '../../protocol/chunks.ts';
import { requestId } from '../../protocol/request-id.ts';
import { RequestTable } from '../../protocol/request-table.ts';
import { bodyTooLarge, requestTooLarge, unsayable } from './failures.ts';
import type { Limits } from '../limits.ts';
import type { Upstream, Tombstone } from './upstream.ts';
import type { Pending } from './pending.ts';
import { completeRequest, overheadOf, requestFor, requestMessage, translationFor } from './request-for.ts';
import type { RequestFailure } from './sink.ts';

/** Connections that are asked for one request, at most. */
export const mostAttempts = 2;

/** Requests at connections: each under an id of its own, in which no other connection has a part. */
export class Attempts {
  readonly #limits: Limits;
  readonly #asked = new RequestTable<Pending>();
  readonly #tombstones: Tombstones;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#tombstones = new Tombstones(limits.tombstones, limits.tombstoneFor);
  }

  /** The request that is at a connection under that id. */
  find(id: string): Pending | undefined {
    return this.#asked.find(id);
  }

  /** The requests that are at a connection now. */
  at(upstream: Upstream): Pending[] {
    return [...upstream.pending].flatMap(({ requestId }) => this.#asked.find(requestId) ?? []);
  }

  /** The remains of a request that was. */
  tombstone(id: string): Tombstone | undefined {
    return this.#tombstones.find(id);
  }

  /** A late answer of a request has come: any other is a second one. */
  answeredLate(id: string, upstream: Upstream): void {
    this.#tombstones.set(id, upstream.duplicate);
  }

  /** @param now that stands still while the process does */
  sweep(now: number): void {
    this.#tombstones.sweep(now);
  }

  /** Hands a request to a connection. Returns why it cannot be, and has not been. */
  start(pending: Pending, upstream: Upstream, now: number): RequestFailure | undefined {
    const id = requestId();
    const attempt = pending.attempts + 1;
    try {
      const { peer } = upstream;
      const translation = translationFor(pending.request, peer, this.#limits.maxBodyBytes);
      const message = requestFor(pending.request, peer, translation);
      const request = completeRequest(peer, message, id, pending.deadline - now, attempt);
      const inChunks = peer.can.chunks && sizeOf(request) > this.#limits.chunkBytes;
      const failure = this.#tooLarge(pending, upstream, request, inChunks);
      if (failure !== undefined || pending.state === 'settled') return failure;
      pending.state = 'sent';
      pending.requestId = id;
      pending.upstream = upstream;
      pending.translation = translation;
      pending.attempts = attempt;
      pending.sentAt = now;
      pending.accepted = false;
      this.#asked.add(pending);
      upstream.pending.add(pending);
      const { outbox } = peer;
      pending.takeBack = inChunks
        ? outbox.transfer(requestTransfer(request))
        : outbox.send(requestMessage(request));
      return undefined;
    } catch (thrown) {
      if (pending.requestId === id) this.leave(pending, 'late');
      return unsayable(thrown);
    }
  }

  /** The connection has it no more. Returns true if it never had. */
  leave(pending: Pending, kind: 'late' | 'duplicate'): boolean {
    const { upstream, requestId } = pending;
    const unsent = pending.takeBack();
    pending.state = 'new';
    this.#asked.delete(pending);
    if (upstream !== undefined) {
      upstream.pending.delete(pending);
      this.#tombstones.set(requestId, upstream[kind]);
    }
    return unsent;
  }

  /** The same where nobody waits any more: the connection is told, if it can be. */
  stop(pending: Pending, reason: string): boolean {
    const { upstream, requestId } = pending;
    const unsent = this.leave(pending, 'late');
    if (unsent || upstream === undefined) return true;
    if (upstream.canCancel) {
      upstream.peer.outbox.control({ messageType: { case: 'cancel', value: { requestId, reason } } });
    } else {
      upstream.abandoned.set(requestId, pending.arrived + 2 * pending.timeout);
    }
    return false;
  }

  /** Looked at before a byte is written: one message that is too large ends the whole stream. */
  #tooLarge(
    { request: { service } }: Pending,
    { peer }: Upstream,
    request: ForwardRequestInit,
    inChunks: boolean,
  ): RequestFailure | undefined {
    const { chunkBytes, maxBodyBytes } = this.#limits;
    const size = sizeOf(request);
    if (size > maxBodyBytes) return bodyTooLarge(maxBodyBytes);
    const most = overheadOf(request) + (inChunks ? chunkBytes : size);
    if (most <= peer.maxMessageBytes) return undefined;
    const payload = request.payload?.subarray(0, inChunks ? chunkBytes : size);
    const exact = ConnectionMessage.encode(requestMessage({ ...request, payload })).length + chunkFields;
    return exact <= peer.maxMessageBytes ? undefined : requestTooLarge(service, peer.maxMessageBytes);
  }
}

/** The bytes that say which chunk it is, and a little more. */
const chunkFields = 64;

function sizeOf({ payload }: ForwardRequestInit): number {
  return payload?.length ?? 0;
}

/** Requests that are over, for as long as somebody may still answer them. Two generations: forgetting costs nothing. */
class Tombstones {
  readonly #perGeneration: number;
  readonly #generationTime: number;
  #young = new Map<string, Tombstone>();
  #old = new Map<string, Tombstone>();
  #since = -Infinity;

  /** @param count of requests that are remembered, @param time for which they are, in milliseconds: at least half of both */
  constructor(count: number, time: number) {
    this.#perGeneration = count / 2;
    this.#generationTime = time / 2;
  }

  set(requestId: string, tombstone: Tombstone): void {
    this.#young.set(requestId, tombstone);
    if (this.#young.size >= this.#perGeneration) this.#turn();
  }

  find(requestId: string): Tombstone | undefined {
    return this.#young.get(requestId) ?? this.#old.get(requestId);
  }

  sweep(now: number): void {
    if (now - this.#since < this.#generationTime) return;
    this.#since = now;
    this.#turn();
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }
}
