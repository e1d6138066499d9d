import type { Logger } from '@pipit/runtime';
import { systemClock, type Clock } from '../../clock.ts';
import { BusMessage, BusRequest, type BusFailureInit } from '../../protocol/cluster.pb.ts';
import { EventMessage } from '../../protocol/registry.pb.ts';
import { requestIdBytes } from '../../protocol/request-id.ts';
import * as failures from '../requests/failures.ts';
import type { IncomingRequest } from '../requests/incoming-request.ts';
import type { RequestHandle, Sink } from '../requests/sink.ts';
import type { Bus, Offers } from './bus.ts';
import type { BusLink, BusSide } from './bus-link.ts';
import type { Carrier } from './carrier.ts';
import { CountedCarrier } from './counted-carrier.ts';
import { fromBus } from './from-bus.ts';
import { messageBytes, requestBytes } from './long-message.ts';
import type { ClusterOverview } from './overview.ts';
import { OwnedRequest, type Take } from './owned-request.ts';
import { Presence } from './presence.ts';
import { RemoteRequest } from './remote-request.ts';
import { RollCall } from './roll-call.ts';
import * as subjects from './subjects.ts';

/** Bytes of a body or an answer that go in one message, where the carrier takes that many. */
const mostWhole = 512 * 1024;
/** Bytes of a message beside its body: the heads that the front lets in, and names. */
const headBytes = 64 * 1024;

export interface ClusterBusOptions {
  readonly carrier: Carrier;
  /** Of this gateway, as its `gatewayId`: letters, digits, `-` and `_`, 64 at most. Each gateway has one of its own. */
  readonly gatewayId: string;
  readonly clock?: Clock;
  /** Milliseconds since 1970. Default: the system's. */
  readonly wallClock?: () => number;
  readonly log?: Logger;
}

/**
 * The bus of several gateways that share a carrier.
 * @example
 * const carrier = natsCarrier(connect({ servers: 'nats://127.0.0.1:4222', noEcho: true }));
 * const gateway = createGateway({ keys, gatewayId: 'a', bus: createClusterBus({ carrier, gatewayId: 'a' }) });
 * @throws {TypeError} for an id that is not valid
 */
export function createClusterBus(options: ClusterBusOptions): ClusterBus {
  if (!subjects.isGatewayId(options.gatewayId)) {
    throw new TypeError(
      `${JSON.stringify(options.gatewayId)} is not a valid gatewayId: use 1 to 64 letters, digits, "-" and "_"`,
    );
  }
  return new CarrierBus(options);
}

/** A bus that knows who is there. */
export interface ClusterBus extends Bus {
  /** The other gateways, and what went over the bus. */
  look(): ClusterOverview;
}

class CarrierBus implements ClusterBus {
  readonly #carrier: CountedCarrier;
  readonly #link: BusLink;
  readonly #presence: Presence;
  readonly #rollCall: RollCall;
  readonly #log: Logger | undefined;
  /** By their ids, in hex. */
  readonly #remote = new Map<string, RemoteRequest>();
  readonly #owned = new Map<string, OwnedRequest>();
  /** Those that take requests for a service; one of each connection. */
  readonly #takes = new Map<string, Set<Take>>();
  readonly #listeners = new Set<(event: EventMessage) => void>();
  readonly #watchers = new Set<Offers>();
  readonly #stops: (() => void)[] = [];

  constructor({ gatewayId, clock = systemClock, wallClock = Date.now, log, ...options }: ClusterBusOptions) {
    const carrier = (this.#carrier = new CountedCarrier(options.carrier));
    this.#log = log;
    this.#presence = new Presence({
      carrier,
      gatewayId,
      clock,
      wallClock,
      log,
      gone: (id) => this.#gone(id),
      offers: {
        offered: (service) => this.#watchers.forEach((watcher) => watcher.offered(service)),
        withdrawn: (service) => this.#watchers.forEach((watcher) => watcher.withdrawn(service)),
      },
    });
    this.#link = {
      gatewayId,
      clock,
      wallClock,
      presence: this.#presence,
      get wholeBytes() {
        return Math.max(1, Math.min(mostWhole, carrier.maxMessageBytes - headBytes));
      },
      say: (to, message) =>
        this.#publish(subjects.messagesTo(to), messageBytes({ ...message, from: gatewayId })),
    };
    const rollCall = (this.#rollCall = new RollCall({
      link: this.#link,
      sides: () => this.#sides(),
      sideOf: (id, attempt) => this.#sideOf(hex(id), attempt),
    }));
    const messages = carrier.subscribe(subjects.messagesTo(gatewayId), (data) => data && this.#heard(data));
    const asked = carrier.subscribe(subjects.requestsTo(gatewayId), (data) => data && this.#request(data));
    const nobody = carrier.subscribe(subjects.repliesTo(gatewayId), (_, subject) => this.#nobody(subject));
    const events = carrier.subscribe(subjects.events, (data) => data && this.#event(data));
    this.#stops.push(
      () => messages.end(),
      () => asked.end(),
      () => nobody.end(),
      () => events.end(),
      () => rollCall.close(),
      carrier.onStatus((isUp) => this.#status(isUp)),
    );
  }

  look(): ClusterOverview {
    const { isUp, sent, received } = this.#carrier;
    return { isUp, sent, received, gateways: this.#presence.gateways };
  }

  watch(elsewhere: Offers): () => void {
    this.#watchers.add(elsewhere);
    for (const service of this.#presence.services) elsewhere.offered(service);
    return () => void this.#watchers.delete(elsewhere);
  }

  offer(service: string, take: Take): () => void {
    const withdraw = this.#presence.offer(service);
    const takes = this.#takes.get(service) ?? new Set();
    this.#takes.set(service, takes.add(take));
    const requests = this.#carrier.subscribe(
      subjects.requestsFor(service),
      (data) => data && this.#request(data),
      subjects.owners,
    );
    return () => {
      withdraw();
      takes.delete(take);
      if (takes.size === 0) this.#takes.delete(service);
      requests.end();
    };
  }

  forward(request: IncomingRequest, sink: Sink): RequestHandle | undefined {
    if (!this.#carrier.isUp || !this.#presence.isOffered(request.service)) return undefined;
    const id = requestIdBytes();
    const key = id.toString('hex');
    const remote = new RemoteRequest(request, sink, {
      link: this.#link,
      id,
      publish: (...asked) => this.#ask(id, key, ...asked),
      over: () => void this.#remote.delete(key),
    });
    this.#remote.set(key, remote);
    remote.start();
    return remote;
  }

  publish(event: EventMessage): void {
    const { gatewayId } = this.#link;
    // Our id stands in front, by which we know our own events where the carrier brings them back.
    const data = Buffer.concat([Buffer.from(`${gatewayId}\n`), EventMessage.encode(event)]);
    this.#publish(subjects.events, data);
  }

  subscribe(listener: (event: EventMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#presence.close();
    await this.#carrier.close();
  }

  #ask(
    id: Uint8Array,
    key: string,
    request: IncomingRequest,
    attempt: number,
    body: Uint8Array,
    timeout: number,
    to: string | undefined,
  ): void {
    const { gatewayId, wallClock } = this.#link;
    const { service, method, caller, keyId, traceId, safe, dialect, verb, target, prefix } = request;
    const { headers, metadata } = request;
    const message = requestBytes({
      id,
      entry: gatewayId,
      attempt,
      sentAt: wallClock(),
      timeoutMs: timeout,
      service,
      method,
      caller,
      ...(keyId === undefined ? {} : { keyId }),
      traceId,
      safe,
      bareMessage: dialect === 'message',
      bodyLimit: request.bodyLimit,
      verb,
      target,
      prefix,
      headers,
      metadata,
      body,
      bodySize: request.body.length,
    });
    const subject = to === undefined ? subjects.requestsFor(service) : subjects.requestsTo(to);
    this.#publish(subject, message, subjects.replyTo(gatewayId, key, attempt));
  }

  #request(data: Uint8Array): void {
    const request = fromBus(BusRequest, data, this.#log);
    if (request === undefined) return;
    const { entry, attempt } = request;
    if (!subjects.isGatewayId(entry)) return;
    this.#presence.asked(entry);
    const { service } = request;
    const take: Take = (incoming, sink) => {
      const [first] = this.#takes.get(service) ?? [];
      if (first !== undefined) return first(incoming, sink);
      // The last connection has gone meanwhile.
      sink.failed(failures.absentService(service));
      return { cancel: () => undefined };
    };
    // One of several attempts may come back to the gateway that has an earlier one.
    const key = `${hex(request.id)}.${attempt}`;
    const owned = new OwnedRequest(request, this.#link, take, () => void this.#owned.delete(key));
    this.#owned.set(key, owned);
    owned.start();
  }

  #heard(data: Uint8Array): void {
    const message = fromBus(BusMessage, data, this.#log);
    if (message === undefined) return;
    const { from, attempt, what } = message;
    if (what === undefined || !subjects.isGatewayId(from)) return;
    const key = hex(message.id);
    switch (what.case) {
      case 'go':
      case 'bodyChunk': {
        const owned = this.#owned.get(`${key}.${attempt}`);
        if (owned !== undefined) owned.heard(message);
        else this.#link.say(from, { id: message.id, attempt, what: { case: 'failure', value: notBegun() } });
        return;
      }
      case 'cancel':
        this.#owned.get(`${key}.${attempt}`)?.heard(message);
        return;
      case 'credit':
      case 'lost':
        this.#sideOf(key, attempt)?.heard(message);
        return;
      case 'rollCall':
        this.#rollCall.heard(from, what.value.entries);
        return;
      default: {
        const remote = this.#remote.get(key);
        if (remote !== undefined) remote.heard(message);
        else if (what.case === 'ack') {
          this.#link.say(from, { id: message.id, attempt, what: { case: 'cancel', value: {} } });
        }
      }
    }
  }

  #nobody(subject: string): void {
    const { requestId, attempt } = subjects.replyOf(subject);
    this.#remote.get(requestId)?.nobody(attempt);
  }

  #event(data: Uint8Array): void {
    const end = data.indexOf(0x0a);
    const from = Buffer.from(data.subarray(0, Math.max(0, end))).toString();
    if (end < 0 || from === this.#link.gatewayId) return;
    const event = fromBus(EventMessage, data.subarray(end + 1), this.#log);
    if (event !== undefined) for (const listener of this.#listeners) listener(event);
  }

  #gone(gatewayId: string): void {
    for (const side of this.#sides()) side.gone(gatewayId);
  }

  #sides(): BusSide[] {
    return [...this.#remote.values(), ...this.#owned.values()];
  }

  /** Which side is meant can be told by who has the request. */
  #sideOf(key: string, attempt: number): BusSide | undefined {
    const remote = this.#remote.get(key);
    return remote?.ownedBy === attempt ? remote : this.#owned.get(`${key}.${attempt}`);
  }

  #status(isUp: boolean): void {
    if (!isUp) for (const remote of this.#remote.values()) remote.cutOff();
  }

  #publish(subject: string, data: Uint8Array, replyTo?: string): void {
    try {
      this.#carrier.publish(subject, data, replyTo);
    } catch (error) {
      // One that is too large, or a carrier that closes. Whoever waits for an answer has a deadline.
      this.#log?.warn({ err: error }, 'a message to another gateway could not be sent');
    }
  }
}

/** The entry was too slow to say go, or to send the body. */
function notBegun(): BusFailureInit {
  const { error, retryAfter = 0 } = failures.notBegun();
  return { code: error.code, msg: error.msg, retryAfter };
}

function hex(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
}
