import type { Logger } from '@pipit/runtime';
import type { Clock } from '../../clock.ts';
import { Beacon, type BeaconInit } from '../../protocol/cluster.pb.ts';
import type { Offers } from './bus.ts';
import type { Carrier } from './carrier.ts';
import { fromBus } from './from-bus.ts';
import type { OtherGateway } from './overview.ts';
import { beacons, beaconsTo, isGatewayId } from './subjects.ts';
import { timing } from './timing.ts';

/** Bytes of names that one beacon takes, where the carrier takes that many. */
const mostPartBytes = 128 * 1024;

/** Another gateway. */
interface Other {
  /** When its process began, by its wall clock. */
  readonly beganAt: number;
  /** Looks since its last sign of life. */
  missed: number;
  /** When its last sign of life came, by our clock. */
  heardAt: number;
  /** Its wall clock minus ours, and what the beacon took to come. */
  skew: number;
  revision: number;
  /** When it was asked for its list, by our clock. */
  askedAt: number;
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
  /** Names that have come or gone since the list was said: true for those that have come. */
  readonly #changes = new Map<string, boolean>();
  readonly #beganAt: number;
  /** Begins with the time, so that no revision of an earlier process of this id is taken for one of this. */
  #revision: number;
  #looks = 0;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    const { carrier, gatewayId } = deps;
    this.#beganAt = deps.wallClock();
    this.#revision = this.#beganAt;
    const subscriptions = [beacons, beaconsTo(gatewayId)].map((subject) =>
      carrier.subscribe(subject, (data) => data && this.#heard(data)),
    );
    this.#stops.push(
      () => subscriptions.forEach((subscription) => subscription.end()),
      carrier.onStatus((isUp) => isUp && this.#say({ asks: true })),
    );
    this.#say({ asks: true, services: { names: [], part: 0, parts: 1 } });
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
    // One that came and went meanwhile is as before.
    if (!this.#changes.delete(service)) this.#changes.set(service, after !== 0);
    const pause = Math.max(timing.change, timing.changeForEach * this.#others.size);
    this.#stopSoon ??= this.#deps.clock.after(pause, () => {
      this.#stopSoon = undefined;
      this.#sayChanges();
    });
  }

  #sayChanges(): void {
    if (this.#changes.size === 0) return;
    this.#revision += 1;
    const changes = { added: [] as string[], removed: [] as string[] };
    for (const [name, isAdded] of this.#changes) (isAdded ? changes.added : changes.removed).push(name);
    this.#changes.clear();
    const isShort = partsOf([...changes.added, ...changes.removed], this.#partBytes).length === 1;
    if (isShort && changes.added.length + changes.removed.length <= this.#own.size) this.#say({ changes });
    else this.#sayList();
  }

  get #partBytes(): number {
    return Math.min(mostPartBytes, this.#deps.carrier.maxMessageBytes / 2);
  }

  /** The whole list. @param to one gateway; default all */
  #sayList(to?: string): void {
    // What it has at this revision; names that have just come follow as changes.
    const names = [...this.#own.keys()].filter((name) => this.#changes.get(name) !== true);
    for (const [name, isAdded] of this.#changes) if (!isAdded) names.push(name);
    const lists = partsOf(names, this.#partBytes);
    lists.forEach((list, part) => this.#say({ services: { names: list, part, parts: lists.length } }, to));
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

  #say(what: Omit<BeaconInit, 'gateway' | 'sentAt' | 'revision'>, to?: string): void {
    const { gatewayId: gateway, carrier, wallClock } = this.#deps;
    const beacon = Beacon.encode({
      gateway,
      sentAt: wallClock(),
      revision: this.#revision,
      beganAt: this.#beganAt,
      ...what,
    });
    carrier.publish(to === undefined ? beacons : beaconsTo(to), beacon);
  }

  #heard(data: Uint8Array): void {
    const { gatewayId, clock, wallClock, log } = this.#deps;
    const beacon = fromBus(Beacon, data, log);
    if (beacon === undefined || beacon.gateway === gatewayId || !isGatewayId(beacon.gateway)) return;
    const { gateway: id, beganAt } = beacon;
    const known = this.#others.get(id);
    if (known !== undefined) {
      // Of a process that another of this id has replaced.
      if (beganAt < known.beganAt) return;
      if (beacon.leaves || beganAt > known.beganAt) this.#remove(id);
    }
    if (beacon.leaves) return;
    const other = this.#others.get(id) ?? {
      beganAt,
      missed: 0,
      heardAt: 0,
      skew: 0,
      revision: 0,
      askedAt: -Infinity,
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
    const { revision, services, changes } = beacon;
    if (services !== undefined) this.#listed(id, other, revision, services);
    else if (changes !== undefined && other.revision === revision - 1) {
      other.revision = revision;
      for (const service of changes.removed) if (other.services.delete(service)) this.#withdrawn(id, service);
      for (const service of changes.added) this.#add(id, other, service);
    } else if (other.revision !== revision && other.parts?.revision !== revision) this.#ask(id, other);
    if (beacon.asks) this.#say({}, id);
    if (beacon.wantsList) this.#sayList(id);
  }

  /** It is new, or what it said was lost on the way. */
  #ask(id: string, other: Other): void {
    const now = this.#deps.clock.now();
    if (now - other.askedAt < timing.beacon) return;
    other.askedAt = now;
    this.#say({ wantsList: true }, id);
  }

  #add(id: string, { services }: Other, service: string): void {
    if (services.has(service)) return;
    services.add(service);
    this.#offered(id, service);
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
    other.askedAt = -Infinity;
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
