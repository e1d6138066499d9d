import type { PeerDirectory } from '../directory.ts';
import type { Limits } from '../limits.ts';
import { Upstream } from './upstream.ts';
import type { Peer } from '../peer.ts';

/**
 * The reason for which no connection can be asked. `busy`: all that could have as much as they take; `unsure`: none has shown lately
 * that it lives; `silent`: none answers; `none`: there is none.
 */
export type Shortage = 'busy' | 'unsure' | 'silent' | 'none';

/** Which connection of a service is asked. */
export class Balance {
  readonly #directory: PeerDirectory;
  readonly #limits: Limits;
  readonly #upstreams = new Map<Peer, Upstream>();
  /** The directory's sets as arrays, from which one can draw. */
  readonly #lists = new Map<
    string,
    { readonly peers: ReadonlySet<Peer>; readonly upstreams: readonly Upstream[] }
  >();

  constructor(directory: PeerDirectory, limits: Limits) {
    this.#directory = directory;
    this.#limits = limits;
  }

  /** Every connection that is known here. */
  get upstreams(): IterableIterator<Upstream> {
    return this.#upstreams.values();
  }

  find(peer: Peer): Upstream | undefined {
    return this.#upstreams.get(peer);
  }

  /** From now on `peer` is watched; what is known of its services' connections is looked up again. */
  add(peer: Peer): Upstream {
    let upstream = this.#upstreams.get(peer);
    if (upstream === undefined) {
      upstream = new Upstream(peer, this.#limits);
      this.#upstreams.set(peer, upstream);
    }
    for (const service of peer.services) this.#lists.delete(service);
    return upstream;
  }

  remove(peer: Peer): Upstream | undefined {
    for (const service of peer.services) this.#lists.delete(service);
    const upstream = this.#upstreams.get(peer);
    this.#upstreams.delete(peer);
    return upstream;
  }

  /**
   * The better of two drawn at random: nearly as good as the best of all, and callers that come at once do not all
   * take the same one. Those that drain are asked where there are no others. @param not to be asked
   */
  choose(service: string, not: Upstream | undefined, now: number): Upstream | undefined {
    const upstreams = this.#list(service);
    const { length } = upstreams;
    if (length === 0) return undefined;
    const one = Math.floor(Math.random() * length);
    const two = length === 1 ? one : (one + 1 + Math.floor(Math.random() * (length - 1))) % length;
    const a = this.#usable(upstreams[one], not, now);
    const b = two === one ? undefined : this.#usable(upstreams[two], not, now);
    if (a && b) return b.score < a.score ? b : a;
    return a ?? b ?? this.#search(upstreams, not, now);
  }

  /** True where `upstream` may be asked, by its state and by what it has to do. */
  fits(upstream: Upstream, now: number): boolean {
    return upstream.peer.state === 'ready' && upstream.ejectedUntil <= now && upstream.hasRoom;
  }

  /** The reason for which `choose` finds nothing. */
  shortage(service: string, not: Upstream | undefined, now: number): Shortage {
    let shortage: Shortage = 'none';
    for (const upstream of this.#list(service)) {
      const { state } = upstream.peer;
      if (upstream === not || state === 'closed') continue;
      if (state === 'suspect') {
        if (shortage !== 'silent') shortage = 'unsure';
      } else if (upstream.ejectedUntil > now) shortage = 'silent';
      else return 'busy';
    }
    return shortage;
  }

  /** The time until one of the connections that do not answer is asked again, in milliseconds. */
  silence(service: string, now: number): number {
    const until = this.#list(service).map(({ ejectedUntil }) => ejectedUntil);
    return Math.min(...until.filter((time) => time > now)) - now;
  }

  /** Requests that all connections of a service take at a time; undefined where there is none. */
  capacity(service: string): number | undefined {
    const upstreams = this.#list(service);
    return upstreams.length === 0
      ? undefined
      : upstreams.reduce((sum, { peer }) => sum + peer.maxInFlight, 0);
  }

  #usable(upstream: Upstream | undefined, not: Upstream | undefined, now: number): Upstream | undefined {
    return upstream !== undefined && upstream !== not && this.fits(upstream, now) ? upstream : undefined;
  }

  #search(upstreams: readonly Upstream[], not: Upstream | undefined, now: number): Upstream | undefined {
    let best: Upstream | undefined;
    let draining: Upstream | undefined;
    let othersReady = false;
    for (const upstream of upstreams) {
      if (upstream === not || upstream.ejectedUntil > now) continue;
      const { state } = upstream.peer;
      if (state === 'ready') othersReady = true;
      if (!upstream.hasRoom) continue;
      if (state === 'ready' && (best === undefined || upstream.score < best.score)) best = upstream;
      if (state === 'draining' && (draining === undefined || upstream.score < draining.score))
        draining = upstream;
    }
    return best ?? (othersReady ? undefined : draining);
  }

  #list(service: string): readonly Upstream[] {
    const peers = this.#directory.peersOf(service);
    const known = this.#lists.get(service);
    if (known !== undefined && known.peers === peers && known.upstreams.length === peers.size)
      return known.upstreams;
    const upstreams: Upstream[] = [];
    // One that is just closing is not watched again.
    for (const peer of peers)
      if (peer.state !== 'closed') upstreams.push(this.#upstreams.get(peer) ?? this.#watch(peer));
    if (upstreams.length === peers.size && upstreams.length > 0)
      this.#lists.set(service, { peers, upstreams });
    else this.#lists.delete(service);
    return upstreams;
  }

  #watch(peer: Peer): Upstream {
    const upstream = new Upstream(peer, this.#limits);
    this.#upstreams.set(peer, upstream);
    return upstream;
  }
}
