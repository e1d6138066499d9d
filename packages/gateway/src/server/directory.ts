import { camelServiceName } from '@pipit/runtime/door';
import type { Peer } from './peer.ts';

/** The peers of each service. */
export interface PeerDirectory {
  /** Registered peers of a service in states ready, suspect or draining; by identity. */
  peersOf(service: string): ReadonlySet<Peer>;
  /** Milliseconds (clock) at which the last connection for it was lost, or undefined where never seen / present. */
  lostAt(service: string): number | undefined;
  /** True for a service that has not registered since the gateway started, and may be about to. */
  expects(service: string): boolean;
  /** True for a service that another gateway has a connection for. */
  isElsewhere(service: string): boolean;
}

/** Names without a connection that are remembered; more are forgotten, the oldest first. */
const remembered = 10_000;

const nobody: ReadonlySet<Peer> = new Set();

const none = (): boolean => false;

/** The index of peers by name. Peers are compared by identity: one never takes another out. */
export class Directory implements PeerDirectory {
  readonly expects: (service: string) => boolean;
  readonly #peers = new Map<string, Set<Peer>>();
  readonly #elsewhere = new Set<string>();
  /** In the order in which they were lost. */
  readonly #lost = new Map<string, number>();
  /** Names as Go's Twirp clients spell them, where that differs. */
  readonly #spellings = new Map<string, string>();

  /** @param expects of a name without a peer: whether it may be about to have one. Default: none */
  constructor(expects: (service: string) => boolean = none) {
    this.expects = expects;
  }

  peersOf(service: string): ReadonlySet<Peer> {
    return this.#peers.get(service) ?? nobody;
  }

  lostAt(service: string): number | undefined {
    return this.#lost.get(service);
  }

  /** The name as registered, now or before or perhaps soon, for the one in a path. */
  resolve(name: string): string | undefined {
    if (this.#has(name) || this.#lost.has(name)) return name;
    return this.#spellings.get(name) ?? (this.expects(name) ? name : undefined);
  }

  /** All names that have a peer. */
  names(): IterableIterator<string> {
    return this.#peers.keys();
  }

  add(peer: Peer, service: string): void {
    const peers = this.#peers.get(service);
    if (peers) {
      peers.add(peer);
      return;
    }
    this.#peers.set(service, new Set([peer]));
    this.#found(service);
  }

  isElsewhere(service: string): boolean {
    return this.#elsewhere.has(service);
  }

  /** Another gateway has a connection for it. */
  addElsewhere(service: string): void {
    if (this.#elsewhere.has(service)) return;
    this.#elsewhere.add(service);
    this.#found(service);
  }

  /** @param now of the clock */
  removeElsewhere(service: string, now: number): void {
    if (this.#elsewhere.delete(service)) this.#missed(service, now);
  }

  #has(name: string): boolean {
    return this.#peers.has(name) || this.#elsewhere.has(name);
  }

  #found(service: string): void {
    this.#lost.delete(service);
    const spelling = camelServiceName(service);
    if (spelling === service) return;
    // The first one keeps a spelling that two names share, as long as it has a peer.
    const holder = this.#spellings.get(spelling);
    if (holder === undefined || !this.#has(holder)) this.#spellings.set(spelling, service);
  }

  /** @param now of the clock */
  remove(peer: Peer, service: string, now: number): void {
    const peers = this.#peers.get(service);
    if (!peers?.delete(peer) || peers.size > 0) return;
    this.#peers.delete(service);
    this.#missed(service, now);
  }

  #missed(service: string, now: number): void {
    if (this.#has(service)) return;
    this.#lost.set(service, now);
    if (this.#lost.size > remembered) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#lost.keys();
    if (oldest === undefined) return;
    this.#lost.delete(oldest);
    const spelling = camelServiceName(oldest);
    if (this.#spellings.get(spelling) === oldest) this.#spellings.delete(spelling);
  }
}
