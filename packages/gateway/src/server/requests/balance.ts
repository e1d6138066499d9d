import type { PeerDirectory } from '../directory.ts';
import type { Limits } from '../limits.ts';
import { Load } from './load.ts';
import type { Peer } from '../peer.ts';

/**
 * Why no connection can be asked. `busy`: all that could have as much as they take; `unsure`: none has shown lately
 * that it lives; `silent`: none answers; `none`: there is none.
 */
export type Shortage = 'busy' | 'unsure' | 'silent' | 'none';

/** Which connection of a service is asked. */
export class Balance {
  readonly #directory: PeerDirectory;
  readonly #limits: Limits;
  readonly #loads = new Map<Peer, Load>();
  /** The directory's sets as arrays, from which one can draw. */
  readonly #lists = new Map<string, { readonly peers: ReadonlySet<Peer>; readonly loads: readonly Load[] }>();

  constructor(directory: PeerDirectory, limits: Limits) {
    this.#directory = directory;
    this.#limits = limits;
  }

  /** Every connection that is known here. */
  get loads(): IterableIterator<Load> {
    return this.#loads.values();
  }

  find(peer: Peer): Load | undefined {
    return this.#loads.get(peer);
  }

  /** From now on `peer` is watched; what is known of its services' connections is looked up again. */
  add(peer: Peer): Load {
    let load = this.#loads.get(peer);
    if (load === undefined) {
      load = new Load(peer, this.#limits);
      this.#loads.set(peer, load);
    }
    for (const service of peer.services) this.#lists.delete(service);
    return load;
  }

  remove(peer: Peer): Load | undefined {
    for (const service of peer.services) this.#lists.delete(service);
    const load = this.#loads.get(peer);
    this.#loads.delete(peer);
    return load;
  }

  /**
   * The better of two drawn at random: nearly as good as the best of all, and callers that come at once do not all
   * take the same one. Those that drain are asked where there are no others. @param not to be asked
   */
  choose(service: string, not: Load | undefined, now: number): Load | undefined {
    const loads = this.#list(service);
    const { length } = loads;
    if (length === 0) return undefined;
    const one = Math.floor(Math.random() * length);
    const two = length === 1 ? one : (one + 1 + Math.floor(Math.random() * (length - 1))) % length;
    const a = this.#usable(loads[one], not, now);
    const b = two === one ? undefined : this.#usable(loads[two], not, now);
    if (a && b) return b.score < a.score ? b : a;
    return a ?? b ?? this.#search(loads, not, now);
  }

  /** Whether `load` may be asked, by its state and by what it has to do. */
  fits(load: Load, now: number): boolean {
    return load.peer.state === 'ready' && load.ejectedUntil <= now && load.hasRoom;
  }

  /** Why `choose` finds nothing. */
  shortage(service: string, not: Load | undefined, now: number): Shortage {
    let shortage: Shortage = 'none';
    for (const load of this.#list(service)) {
      const { state } = load.peer;
      if (load === not || state === 'closed') continue;
      if (state === 'suspect') {
        if (shortage !== 'silent') shortage = 'unsure';
      } else if (load.ejectedUntil > now) shortage = 'silent';
      else return 'busy';
    }
    return shortage;
  }

  /** How long until one of the connections that do not answer is asked again. */
  silence(service: string, now: number): number {
    const until = this.#list(service).map(({ ejectedUntil }) => ejectedUntil);
    return Math.min(...until.filter((time) => time > now)) - now;
  }

  /** Requests that all connections of a service take at a time; undefined where there is none. */
  capacity(service: string): number | undefined {
    const loads = this.#list(service);
    return loads.length === 0 ? undefined : loads.reduce((sum, { peer }) => sum + peer.maxInFlight, 0);
  }

  #usable(load: Load | undefined, not: Load | undefined, now: number): Load | undefined {
    return load !== undefined && load !== not && this.fits(load, now) ? load : undefined;
  }

  #search(loads: readonly Load[], not: Load | undefined, now: number): Load | undefined {
    let best: Load | undefined;
    let draining: Load | undefined;
    let othersReady = false;
    for (const load of loads) {
      if (load === not || load.ejectedUntil > now) continue;
      const { state } = load.peer;
      if (state === 'ready') othersReady = true;
      if (!load.hasRoom) continue;
      if (state === 'ready' && (best === undefined || load.score < best.score)) best = load;
      if (state === 'draining' && (draining === undefined || load.score < draining.score)) draining = load;
    }
    return best ?? (othersReady ? undefined : draining);
  }

  #list(service: string): readonly Load[] {
    const peers = this.#directory.peersOf(service);
    const known = this.#lists.get(service);
    if (known !== undefined && known.peers === peers && known.loads.length === peers.size) return known.loads;
    const loads: Load[] = [];
    // One that is just closing is not watched again.
    for (const peer of peers)
      if (peer.state !== 'closed') loads.push(this.#loads.get(peer) ?? this.#watch(peer));
    if (loads.length === peers.size && loads.length > 0) this.#lists.set(service, { peers, loads });
    else this.#lists.delete(service);
    return loads;
  }

  #watch(peer: Peer): Load {
    const load = new Load(peer, this.#limits);
    this.#loads.set(peer, load);
    return load;
  }
}
