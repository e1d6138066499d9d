/** A peer that has the older version of a schema while the other side has the newer one. */
export type Caller = 'older clients' | 'older servers';

/** A form in which a caller sends or reads what has changed. */
export type Format = 'JSON' | 'protobuf' | 'forms' | 'links in pages';

/** The callers that a change breaks, and in which forms. */
export type Breaks = ReadonlyMap<Caller, ReadonlySet<Format>>;

export const bothCallers: readonly Caller[] = ['older clients', 'older servers'];
const formats: readonly Format[] = ['JSON', 'protobuf', 'forms', 'links in pages'];

/** A message on its way: who reads it, and in which forms it may go there. */
export interface Route {
  readonly to: 'server' | 'client';
  readonly formats: readonly Format[];
}

/** One side writes, the other reads; one of them has the older version. */
export interface Flow<T> {
  readonly format: Format;
  readonly writer: T;
  readonly reader: T;
  /** Clients may be without codecs, so that they see JSON as it is. */
  readonly to: Route['to'];
  readonly older: 'writer' | 'reader';
}

/**
 * Finds out whom a change breaks.
 * @param fits tells whether the reader gets what the writer meant
 */
export function breaksOf<T>(route: Route, old: T, now: T, fits: (flow: Flow<T>) => boolean): Breaks {
  const broken = new Map<Caller, Set<Format>>();
  for (const caller of bothCallers) {
    // An older client writes requests and reads answers; an older server the other way round.
    const oldWrites = (route.to === 'server') === (caller === 'older clients');
    const [writer, reader] = oldWrites ? [old, now] : [now, old];
    const older = oldWrites ? 'writer' : 'reader';
    const failed = route.formats.filter((format) => !fits({ format, writer, reader, to: route.to, older }));
    if (failed.length > 0) broken.set(caller, new Set(failed));
  }
  return broken;
}

/** The callers that still write what is not read any more. */
export function breaksWriters(route: Route): Breaks {
  return breaksOf(route, 'old', 'new', ({ older }) => older === 'reader');
}

/** The same forms for each of these callers. */
export function breaking(of: readonly Caller[], among: readonly Format[]): Breaks {
  return new Map(among.length === 0 ? [] : of.map((caller) => [caller, new Set(among)]));
}

export function union(all: Iterable<Breaks>): Breaks {
  const sum = new Map<Caller, Set<Format>>();
  for (const breaks of all) {
    for (const [caller, among] of breaks) {
      const set = sum.get(caller) ?? new Set();
      for (const format of among) set.add(format);
      sum.set(caller, set);
    }
  }
  return sum;
}

/** `older clients: JSON, forms; older servers: JSON` */
export function showBreaks(breaks: Breaks): string {
  return bothCallers
    .flatMap((caller) => {
      const among = breaks.get(caller);
      return among === undefined
        ? []
        : [`${caller}: ${formats.filter((format) => among.has(format)).join(', ')}`];
    })
    .join('; ');
}
