import type { Logger } from '@pipit/runtime';
import type { Clock } from '../../clock.ts';
import { Beacon } from '../../protocol/cluster.pb.ts';
import type { Offers } from './bus.ts';
import type { Carrier } from './carrier.ts';
import { fromBus } from './from-bus.ts';
import type { OtherGateway } from './overview.ts';
import { beacons, isGatewayId } from './subjects.ts';
import { timing } from './timing.ts';

/** Bytes of names that one beacon takes, where the carrier takes that many. */
const mostPartBytes = 128 * 1024;

/** Another gateway. */
interface Other {
  /** Looks since its last sign of life. */
  missed: number;
  /** When its last sign of life came, by our clock. */
  heardAt: number;
  /** Its wall clock minus ours, and what the beacon took to come. */
  skew: number;
  revision: number;
  services: Set<string>;
  /** Parts of a list that is not whole yet. */
  parts: { readonly revision: number; readonly names: string[]; received: number } | undefined;
  lag: number | null;
  requestsTo: number;
  requestsFrom: number;
}

export interface PresenceDeps {
  readonly carrier: Carrier;
  readonly gatewayId: string;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Another gateway is gone: it said so, or was silent for three seconds. */
  readonly gone: (gatewayId: string) => void;
  readonly offers: Offers;
  readonly log: Logger | undefined;
}

/** The gateways there are, and the services each offers. Known at any moment, without asking. */
export class Presence {
  readonly #deps: PresenceDeps;
  readonly #others = new Map<string, Other>();
  /** Ids of other gateways, by service. */
  readonly #offering = new Map<string, Set<string>>();
  readonly #own = new Map<string, number>();
  readonly #stops: (() => void)[] = [];
  #stopTimer: () => void = () => undefined;
  #stopSoon: (() => void) | undefined;
  #revision = 1;
  #looks = 0;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    const { carrier } = deps;
    const subscription = carrier.subscribe(beacons, (data) => data && this.#heard(data));
    this.#stops.push(
      () => subscription.end(),
      carrier.onStatus((isUp) => isUp && this.#say({ asks: true, services: true })),
    );
    this.#say({ asks: true, services: true });
    this.#tick();
  }

  /** The other gateways, by their ids. */
  get gateways(): readonly OtherGateway[] {
    const now = this.#deps.clock.now();
    return [...this.#others.keys()].sort().map((id) => {
      const { services, heardAt, lag, requestsTo, requestsFrom } = this.#others.get(id)!;
      return { id, services: [...services].sort(), silentFor: now - heardAt, lag, requestsTo, requestsFrom };
    });
  }

  /** Names that other gateways offer. */
  get services(): Iterable<string> {
    return this.#offering.keys();
  }

  /** Reports whether another gateway offers a service. */
  isOffered(service: string): boolean {
    return this.#offering.has(service);
  }

  /** The gateway that offers a service and was heard of last, of those that are not in `except`. */
  freshest(service: string, except: ReadonlySet<string>): string | undefined {
    let freshest: string | undefined;
    let missed = Infinity;
    for (const id of this.#offering.get(service) ?? []) {
      const other = this.#others.get(id);
      if (other === undefined || other.missed >= missed || except.has(id)) continue;
      freshest = id;
      missed = other.missed;
    }
    return freshest;
  }

  /** The wall clock of a gateway minus ours, in milliseconds; undefined for one that was never heard of. */
  skewOf(gatewayId: string): number | undefined {
    return this.#others.get(gatewayId)?.skew;
  }

  /** A gateway has said that it has a request of ours, so many milliseconds after it was asked. */
  took(gatewayId: string, lag: number): void {
    const other = this.#others.get(gatewayId);
    if (other === undefined) return;
    other.requestsTo += 1;
    other.lag = lag;
  }

  /** A gateway has asked us. */
  asked(gatewayId: string): void {
    const other = this.#others.get(gatewayId);
    if (other !== undefined) other.requestsFrom += 1;
  }

  /** This gateway has one more connection for a service. Returns how to withdraw it. */
  offer(service: string): () => void {
    this.#count(service, 1);
    let isOffered = true;
    return () => {
      if (!isOffered) return;
      isOffered = false;
      this.#count(service, -1);
    };
  }

  close(): void {
    this.#stopTimer();
    this.#stopSoon?.();
    for (const stop of this.#stops) stop();
    this.#say({ leaves: true });
  }

  #count(service: string, difference: number): void {
    const before = this.#own.get(service) ?? 0;
    const after = before + difference;
    if (after === 0) this.#own.delete(service);
    else this.#own.set(service, after);
    if (before !== 0 && after !== 0) return;
    this.#revision += 1;
    // A service that comes registers several names, and a thousand services come at a time.
    this.#stopSoon ??= this.#deps.clock.after(20, () => {
      this.#stopSoon = undefined;
      this.#say({ services: true });
    });
  }

  #tick(): void {
    this.#stopTimer = this.#deps.clock.after(timing.look, () => {
      this.#looks += 1;
      if (this.#looks % (timing.beacon / timing.look) === 0) this.#say({});
      // By looks and not by time, so that a process that was stopped takes nobody for gone.
      for (const [id, other] of this.#others) {
        other.missed += 1;
        if (other.missed >= timing.silentLooks) this.#remove(id);
      }
      this.#tick();
    });
  }

  #say({ asks = false, leaves = false, services = false }): void {
    const { gatewayId: gateway, carrier, wallClock } = this.#deps;
    const beacon = { gateway, sentAt: wallClock(), revision: this.#revision, asks, leaves };
    const lists = services
      ? partsOf([...this.#own.keys()], Math.min(mostPartBytes, carrier.maxMessageBytes / 2))
      : [undefined];
    lists.forEach((names, part) => {
      const list = names && { names, part, parts: lists.length };
      carrier.publish(beacons, Beacon.encode({ ...beacon, services: list }));
    });
  }

  #heard(data: Uint8Array): void {
    const { gatewayId, clock, wallClock, log } = this.#deps;
    const beacon = fromBus(Beacon, data, log);
    if (beacon === undefined || beacon.gateway === gatewayId || !isGatewayId(beacon.gateway)) return;
    const { gateway: id } = beacon;
    if (beacon.leaves) {
      this.#remove(id);
      return;
    }
    const isNew = !this.#others.has(id);
    const other = this.#others.get(id) ?? {
      missed: 0,
      heardAt: 0,
      skew: 0,
      revision: 0,
      services: new Set(),
      parts: undefined,
      lag: null,
      requestsTo: 0,
      requestsFrom: 0,
    };
    this.#others.set(id, other);
    other.missed = 0;
    other.heardAt = clock.now();
    other.skew = beacon.sentAt - wallClock();
    if (beacon.services !== undefined) this.#listed(id, other, beacon.revision, beacon.services);
    else if (other.revision !== beacon.revision && other.parts?.revision !== beacon.revision) {
      // Its list was lost on the way.
      this.#say({ asks: true });
    }
    if (beacon.asks || isNew) this.#say({ services: true });
  }

  #listed(
    id: string,
    other: Other,
    revision: number,
    { names, part, parts }: { names: readonly string[]; part: number; parts: number },
  ): void {
    if (part === 0) other.parts = { revision, names: [], received: 0 };
    const whole = other.parts;
    if (whole === undefined || whole.revision !== revision || whole.received !== part) return;
    whole.names.push(...names);
    whole.received += 1;
    if (whole.received < parts) return;
    other.parts = undefined;
    other.revision = revision;
    const before = other.services;
    other.services = new Set(whole.names);
    for (const service of before) if (!other.services.has(service)) this.#withdrawn(id, service);
    for (const service of other.services) if (!before.has(service)) this.#offered(id, service);
  }

  #offered(id: string, service: string): void {
    const ids = this.#offering.get(service) ?? new Set();
    this.#offering.set(service, ids.add(id));
    this.#deps.offers.offered(service);
  }

  #withdrawn(id: string, service: string): void {
    const ids = this.#offering.get(service);
    if (ids?.delete(id) !== true || ids.size > 0) return;
    this.#offering.delete(service);
    this.#deps.offers.withdrawn(service);
  }

  #remove(id: string): void {
    const other = this.#others.get(id);
    if (other === undefined) return;
    this.#others.delete(id);
    for (const service of other.services) this.#withdrawn(id, service);
    this.#deps.gone(id);
  }
}

/** The names in lists that a message takes; of no names one list too. */
function partsOf(names: readonly string[], partBytes: number): string[][] {
  const parts: string[][] = [[]];
  let bytes = 0;
  for (const name of names) {
    bytes += name.length + 2;
    if (bytes > partBytes) {
      parts.push([]);
      bytes = name.length + 2;
    }
    parts.at(-1)!.push(name);
  }
  return parts;
}
