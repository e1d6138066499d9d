import type { StoredKey } from '../../keys/key-set.ts';
import { budgets, cut } from '../../protocol/budgets.ts';
import type { ConnectionStats, GatewayAdmin, GatewayStats, ServiceStats } from '../../server/admin.ts';
import type { ConnectionInfo, Observer, RequestInfo } from '../../server/observer.ts';
import type { ConnectionState } from '../../server/peer.ts';
import { RecentCalls, type CallSummary } from './recent-calls.ts';

const hour = 3_600_000;
const mostFailures = 100;
const mostAddresses = 100;
/** Names of services and ids of keys of which something is remembered. */
const mostNames: number = budgets.labels.count;

/** A service as operators see it. */
export interface ServiceOverview extends ServiceStats, CallSummary {
  /** Where it has no connection any more: since when, in milliseconds since 1970, and why. */
  readonly gone?: { readonly at: number; readonly why: string };
}

/** A connection as operators see it. */
export interface ConnectionOverview extends ConnectionStats {
  /** The reason of its state, where it has changed. */
  readonly why: string;
}

/** A key as operators see it: never its secret. */
export interface KeyOverview {
  readonly id: string;
  readonly owner: string;
  readonly revoked: boolean;
  readonly register: readonly string[];
  readonly call: readonly string[];
  readonly expires: number | null;
  readonly connections: number;
  /** In milliseconds since 1970; null where it was not used since the gateway started. */
  readonly lastUsed: number | null;
  /** Attempts at what it has no right to. */
  readonly refused: number;
}

/** One request that failed. Its trace id is in the logs of both sides. */
export interface FailureOverview {
  readonly at: number;
  readonly traceId: string;
  readonly method: string;
  readonly code: string;
  readonly ms: number;
  readonly caller: string;
}

/** Refusals of one address. */
export interface RefusalOverview {
  readonly address: string;
  readonly registrations: number;
  readonly tlsFailures: number;
  /** The latest. */
  readonly at: number;
  readonly why: string;
}

/** All that is known of a gateway at a moment. Times are milliseconds since 1970, durations milliseconds. */
export interface GatewayOverview {
  readonly at: number;
  readonly stats: GatewayStats;
  readonly services: readonly ServiceOverview[];
  readonly connections: readonly ConnectionOverview[];
  readonly keys: readonly KeyOverview[];
  /** The latest first. */
  readonly failures: readonly FailureOverview[];
  readonly refusals: readonly RefusalOverview[];
}

interface Gone {
  readonly at: number;
  readonly why: string;
}

/** Keeps of what happens what operators ask for: bounded in number, and forgotten after an hour. */
export class Overview implements Observer {
  readonly #now: () => number;
  readonly #wallClock: () => number;
  readonly #calls = new Map<string, RecentCalls>();
  readonly #gone = new Map<string, Gone>();
  readonly #why = new Map<string, string>();
  readonly #failures: FailureOverview[] = [];
  readonly #refusals = new Map<string, RefusalOverview>();
  readonly #keys = new Map<string, { lastUsed: number | null; refused: number }>();

  /** @param now of a clock, in milliseconds @param wallClock milliseconds since 1970 */
  constructor(now: () => number = () => performance.now(), wallClock: () => number = Date.now) {
    this.#now = now;
    this.#wallClock = wallClock;
  }

  connectionRegistered({ keyId, services }: ConnectionInfo): void {
    this.#keyOf(keyId).lastUsed = this.#wallClock();
    for (const service of services) this.#gone.delete(service);
  }

  connectionState(
    { id, services }: ConnectionInfo,
    _from: ConnectionState,
    to: ConnectionState,
    why: string,
  ): void {
    const short = cut(why, budgets.logText);
    if (to !== 'closed') {
      put(this.#why, id, short, 10 * mostNames);
      return;
    }
    this.#why.delete(id);
    const gone = { at: this.#wallClock(), why: short };
    for (const service of services) put(this.#gone, service, gone, mostNames);
  }

  requestSettled({
    service,
    method,
    code,
    traceId,
    caller,
    keyId,
    connectionId,
    totalMs,
  }: RequestInfo): void {
    let calls = this.#calls.get(service);
    // Only what has a connection is counted: callers make up any other name.
    if (calls === undefined && connectionId !== undefined) {
      calls = new RecentCalls(this.#now());
      put(this.#calls, service, calls, mostNames);
    }
    calls?.add(this.#now(), code, totalMs);
    if (keyId !== undefined) this.#keyOf(keyId).lastUsed = this.#wallClock();
    if (code === 'ok') return;
    const named = `${cut(service, budgets.logText)}/${cut(method, budgets.logText)}`;
    this.#failures.unshift({ at: this.#wallClock(), traceId, method: named, code, ms: totalMs, caller });
    if (this.#failures.length > mostFailures) this.#failures.pop();
  }

  connectionRefused(address: string, _code: number, message: string): void {
    this.#refused(address, message, 'registrations');
  }

  handshakeFailed(address: string, why: string): void {
    this.#refused(address, why, 'tlsFailures');
  }

  violation({ keyId }: Pick<ConnectionInfo, 'keyId'>): void {
    if (keyId !== '') this.#keyOf(keyId).refused += 1;
  }

  /** @param keys all that there are */
  look(admin: GatewayAdmin, keys: Iterable<StoredKey>): GatewayOverview {
    const at = this.#wallClock();
    const now = this.#now();
    const connections = admin.connections();
    const perKey = new Map<string, number>();
    for (const { keyId } of connections) perKey.set(keyId, (perKey.get(keyId) ?? 0) + 1);
    for (const [service, gone] of this.#gone) if (at - gone.at > hour) this.#gone.delete(service);
    const present = admin.services();
    const names = new Set(present.map(({ name }) => name));
    const absent = [...this.#gone].filter(([name]) => !names.has(name));
    return {
      at,
      stats: admin.stats(),
      services: [
        ...present.map((service) => ({ ...service, ...this.#callsOf(service.name, now) })),
        ...absent.map(([name, gone]) => ({
          name,
          connections: { opening: 0, ready: 0, suspect: 0, draining: 0, closed: 0 },
          inFlight: 0,
          ...this.#callsOf(name, now),
          gone,
        })),
      ],
      connections: connections.map((connection) => ({
        ...connection,
        why: this.#why.get(connection.id) ?? '',
      })),
      keys: [...keys].map(({ key, revoked }) => ({
        id: key.id,
        owner: key.owner,
        revoked,
        register: key.register,
        call: key.call,
        expires: key.expires ?? null,
        connections: perKey.get(key.id) ?? 0,
        lastUsed: this.#keys.get(key.id)?.lastUsed ?? null,
        refused: this.#keys.get(key.id)?.refused ?? 0,
      })),
      failures: this.#failures,
      refusals: [...this.#refusals.values()].toReversed(),
    };
  }

  #callsOf(service: string, now: number): CallSummary {
    return this.#calls.get(service)?.summary(now) ?? { rate: 0, errors: {}, p50: null, p99: null };
  }

  #keyOf(id: string): { lastUsed: number | null; refused: number } {
    let key = this.#keys.get(id);
    if (key === undefined) put(this.#keys, id, (key = { lastUsed: null, refused: 0 }), mostNames);
    return key;
  }

  #refused(address: string, why: string, kind: 'registrations' | 'tlsFailures'): void {
    const before = this.#refusals.get(address) ?? { address, registrations: 0, tlsFailures: 0 };
    this.#refusals.delete(address);
    const latest = { at: this.#wallClock(), why: cut(why, budgets.logText) };
    const refusal = { ...before, ...latest, [kind]: before[kind] + 1 };
    put(this.#refusals, address, refusal, mostAddresses);
  }
}

/** As the latest; the oldest is forgotten where there are more. */
function put<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
