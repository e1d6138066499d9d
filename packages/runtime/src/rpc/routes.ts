import { keyCheck, type KeyCheck } from '../codec/unknown-keys.ts';
import { checkedHandler } from './checked-handler.ts';
import type { CalledMethod } from './called-method.ts';
import { declaredOptions } from './declared-options.ts';
import { hookChain, type HookChain, type Hooks } from './hooks.ts';
import { intercept, type Handler, type Interceptor } from './interceptor.ts';
import { isProduction } from './is-production.ts';
import { checkOptions, type OptionNames } from './known-options.ts';
import { byMethodPath, camelServiceName } from './method-paths.ts';
import { normalizePrefix } from './prefix.ts';
import type { MethodOptions, ServedService, ServeOptions } from './service-type.ts';

/** One method that can be called. */
export interface Route {
  /** Proto package; empty where there is none. */
  readonly package: string;
  /** Full proto name of the service. */
  readonly service: string;
  readonly method: CalledMethod;
  /** True where the handler gives a stream of messages, and not one. */
  readonly isStream: boolean;
  /** The implementation inside its interceptors. */
  readonly handler: Handler;
  /** The hooks of server, service and method, in this order. */
  readonly hooks: HookChain;
  /** Looks for keys of responses that no field has; undefined in production. */
  readonly keyCheck: KeyCheck | undefined;
}

/** Hooks and interceptors around every method of a server. */
export interface AroundAll {
  readonly hooks: readonly Hooks[];
  readonly interceptors: readonly (Interceptor | null | undefined)[];
  /** False where nobody holds requests against the rules of their proto. */
  readonly validate: boolean;
}

/** Where each method is found. */
export interface RouteTable {
  /** Normalised: empty, or like `/api`. */
  readonly prefix: string;
  /** By decoded path. A name that is not CamelCase is there under both spellings. */
  readonly byPath: ReadonlyMap<string, Route>;
  /** By path without prefix, under literal names, for those who call by gRPC; empty where that is not open. */
  readonly atRoot: ReadonlyMap<string, Route>;
  /** Service names in paths, both spellings; to tell a wrong prefix from an unknown service. */
  readonly serviceNames: ReadonlySet<string>;
  /** The decoded paths of methods that take a stream, for which there is no code. */
  readonly streams: ReadonlySet<string>;
  /** Resolves when the rules of all requests are loaded, and rejects where some cannot be. */
  readonly ready: Promise<unknown>;
}

/**
 * @throws {TypeError} for a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function routeTable(
  prefix: string,
  services: readonly ServedService[],
  around: AroundAll,
  grpcAtRoot = false,
): RouteTable {
  const normalized = normalizePrefix(prefix);
  const methods: [service: string, method: string, route: Route][] = [];
  const names = new Set<string>();
  const loading: Promise<void>[] = [];
  for (const served of services) {
    const { typeName } = served.type;
    if (names.has(typeName)) throw new TypeError(`service ${typeName} is served twice`);
    names.add(typeName);
    for (const route of routesOf(served, around, loading)) methods.push([typeName, route.method.name, route]);
  }
  const table = {
    prefix: normalized,
    byPath: new Map<string, Route>(),
    atRoot: new Map<string, Route>(),
    serviceNames: new Set([...names, ...[...names].map(camelServiceName)]),
    streams: streamPaths(normalized, services),
    ready: Promise.all(loading),
  };
  // Where nobody waits, each call tells.
  table.ready.catch(() => undefined);
  for (const [path, route] of byMethodPath(methods)) table.byPath.set(`${normalized}/${path}`, route);
  if (grpcAtRoot && normalized !== '') {
    for (const [service, name, route] of methods) table.atRoot.set(`/${service}/${name}`, route);
  }
  return table;
}

function streamPaths(prefix: string, services: readonly ServedService[]): ReadonlySet<string> {
  const streams = services.flatMap(({ type: { typeName, streams: own = [] } }) =>
    own.map((name) => [typeName, name, name] as const),
  );
  return new Set([...byMethodPath(streams).keys()].map((path) => `${prefix}/${path}`));
}

const serveOptionNames: OptionNames<ServeOptions<unknown>> = {
  hooks: true,
  interceptors: true,
  methods: true,
};

function implementationOf({ type, implementation }: ServedService): Record<string, unknown> {
  const given: unknown = implementation;
  if (typeof given === 'function' || (typeof given === 'object' && given !== null)) {
    return given as Record<string, unknown>;
  }
  throw new TypeError(
    `the implementation of ${type.typeName}: expected an object with its methods, got ${String(given)}`,
  );
}

/** A class in the place of its instance has none of its methods. */
function lacks(typeName: string, name: string, implementation: unknown): TypeError {
  const hint =
    typeof implementation === 'function'
      ? `: it is a class or function, serve new ${implementation.name}()`
      : '';
  return new TypeError(`the implementation of ${typeName} has no method ${name}${hint}`);
}

/** @param loading what becomes of the rules of requests is added here */
function routesOf(served: ServedService, around: AroundAll, loading: Promise<void>[]): Route[] {
  const { typeName, methods } = served.type;
  const implementation = implementationOf(served);
  checkOptions(`serve of ${typeName}`, served.options, serveOptionNames);
  checkOptions(`methods in serve of ${typeName}`, served.options.methods ?? {}, methods as never);
  return Object.entries(methods).map(([name, method]) => {
    const implemented = implementation[name];
    if (typeof implemented !== 'function') {
      throw lacks(typeName, name, implementation);
    }
    const own: MethodOptions<unknown> = served.options.methods?.[name] ?? {};
    const hooks = [...around.hooks, ...(served.options.hooks ?? []), ...(own.hooks ?? [])];
    const interceptors = [
      ...around.interceptors,
      ...(served.options.interceptors ?? []),
      ...(own.interceptors ?? []),
    ];
    let handler = (implemented as Handler).bind(implementation);
    if (around.validate && method.check !== undefined) {
      // Innermost: interceptors may make a request what it has to be.
      const checked = checkedHandler(handler, method.check, method.cel);
      loading.push(checked.ready);
      ({ handler } = checked);
    }
    return {
      package: typeName.slice(0, Math.max(typeName.lastIndexOf('.'), 0)),
      service: typeName,
      method: { ...method, options: declaredOptions(served.type.schema, method) },
      isStream: method.stream !== undefined,
      handler: intercept(handler, interceptors),
      hooks: hookChain(hooks),
      keyCheck: isProduction() ? undefined : keyCheck(method.output),
    };
  });
}
