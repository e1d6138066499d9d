import type { ClusterOverview, OtherGateway, ServiceOverview } from '@pipit/gateway';
import type { GatewayStatus } from '../admin/status.ts';

const mostFailures = 100;

type Counts = Readonly<Record<string, unknown>>;

/**
 * The statuses of all workers as one: counts are added up, connections and failures are those of all. Of times the latest
 * counts, of latencies the longest: those of several processes have no common percentile. Undefined where there are none.
 */
export function mergedStatus(
  all: readonly GatewayStatus[],
  id: string,
  upMs: number,
): GatewayStatus | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const services = [
    ...groups(
      all.flatMap((one) => one.services),
      ({ name }) => name,
    ),
  ].map(mergedService);
  return {
    ...first,
    gateway: { ...first.gateway, id, upMs: Math.round(upMs) },
    at: Math.max(...all.map(({ at }) => at)),
    stats: { ...added(all.map(({ stats }) => stats)), services: services.filter(({ gone }) => !gone).length },
    services,
    connections: all.flatMap(({ connections }) => connections),
    keys: [
      ...groups(
        all.flatMap(({ keys }) => keys),
        (key) => key.id,
      ),
    ].map((keys) => ({
      ...keys[0]!,
      connections: sum(keys.map(({ connections }) => connections)),
      refused: sum(keys.map(({ refused }) => refused)),
      lastUsed: latest(keys.map(({ lastUsed }) => lastUsed)),
    })),
    failures: all
      .flatMap(({ failures }) => failures)
      .toSorted((a, b) => b.at - a.at)
      .slice(0, mostFailures),
    refusals: [
      ...groups(
        all.flatMap(({ refusals }) => refusals),
        ({ address }) => address,
      ),
    ]
      .map((refusals) => ({
        ...refusals.toSorted((a, b) => b.at - a.at)[0]!,
        registrations: sum(refusals.map(({ registrations }) => registrations)),
        tlsFailures: sum(refusals.map(({ tlsFailures }) => tlsFailures)),
      }))
      .toSorted((a, b) => b.at - a.at),
    cluster: mergedCluster(all.map(({ cluster }) => cluster).filter((one) => one !== null)),
  };
}

function mergedService(parts: readonly ServiceOverview[]): ServiceOverview {
  const present = parts.filter(({ gone }) => gone === undefined);
  const { gone, ...latestPart } = parts.toSorted((a, b) => (b.gone?.at ?? 0) - (a.gone?.at ?? 0))[0]!;
  return {
    ...latestPart,
    ...(present.length === 0 && gone !== undefined && { gone }),
    connections: added(parts.map(({ connections }) => connections)),
    inFlight: sum(parts.map(({ inFlight }) => inFlight)),
    rate: sum(parts.map(({ rate }) => rate)),
    errors: added(parts.map(({ errors }) => errors)),
    p50: latest(parts.map(({ p50 }) => p50)),
    p99: latest(parts.map(({ p99 }) => p99)),
  };
}

/** Each gateway as those who hear it have it; the workers are among them, because each hears the others. */
function mergedCluster(all: readonly ClusterOverview[]): ClusterOverview | null {
  if (all.length === 0) return null;
  const gateways = [
    ...groups(
      all.flatMap((one) => one.gateways),
      ({ id }) => id,
    ),
  ];
  return {
    isUp: all.every(({ isUp }) => isUp),
    sent: added(all.map(({ sent }) => sent)),
    received: added(all.map(({ received }) => received)),
    gateways: gateways
      .map((parts): OtherGateway => ({
        ...parts[0]!,
        silentFor: Math.min(...parts.map(({ silentFor }) => silentFor)),
        lag: latest(parts.map(({ lag }) => lag)),
        requestsTo: sum(parts.map(({ requestsTo }) => requestsTo)),
        requestsFrom: sum(parts.map(({ requestsFrom }) => requestsFrom)),
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function* groups<T>(all: readonly T[], nameOf: (one: T) => string): Iterable<T[]> {
  const byName = new Map<string, T[]>();
  for (const one of all) byName.set(nameOf(one), [...(byName.get(nameOf(one)) ?? []), one]);
  yield* byName.values();
}

/** Numbers of the same name added up, in objects within too. */
function added<T extends object>(all: readonly T[]): T {
  const total: Record<string, unknown> = {};
  for (const counts of all as readonly Counts[]) {
    for (const [name, value] of Object.entries(counts)) {
      const before = total[name];
      if (typeof value === 'number') total[name] = value + ((before as number | undefined) ?? 0);
      else if (typeof value === 'object' && value !== null)
        total[name] = typeof before === 'object' && before !== null ? added([before, value]) : value;
      else total[name] = value;
    }
  }
  return total as T;
}

function sum(all: readonly number[]): number {
  return all.reduce((total, one) => total + one, 0);
}

/** The highest; null where there is none. */
function latest(all: readonly (number | null)[]): number | null {
  const known = all.filter((one) => one !== null);
  return known.length === 0 ? null : Math.max(...known);
}
