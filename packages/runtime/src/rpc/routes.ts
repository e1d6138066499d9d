import { camelCase } from './camel-case.ts';
import { hookChain, type HookChain, type Hooks } from './hooks.ts';
import { intercept, type Handler, type Interceptor } from './interceptor.ts';
import type { MethodType } from './method-type.ts';
import { normalizePrefix } from './prefix.ts';
import type { MethodOptions, ServedService } from './service-type.ts';

/** One method that can be called. */
export interface Route {
  /** Proto package; empty where there is none. */
  readonly package: string;
  /** Full proto name of the service. */
  readonly service: string;
  readonly method: MethodType;
  /** The implementation inside its interceptors. */
  readonly handler: Handler;
  /** The hooks of server, service and method, in this order. */
  readonly hooks: HookChain;
}

/** What runs around every method of a server. */
export interface AroundAll {
  readonly hooks: readonly Hooks[];
  readonly interceptors: readonly (Interceptor | null | undefined)[];
}

/** Where each method is found. */
export interface RouteTable {
  /** Normalised: empty, or like `/api`. */
  readonly prefix: string;
  /** By decoded path. A name that is not CamelCase is there under both spellings. */
  readonly byPath: ReadonlyMap<string, Route>;
  /** Service names in paths, both spellings; to tell a wrong prefix from an unknown service. */
  readonly serviceNames: ReadonlySet<string>;
}

/**
 * @throws {TypeError} for a bad prefix, a service served twice, or an implementation that lacks a method
 */
export function routeTable(
  prefix: string,
  services: readonly ServedService[],
  around: AroundAll,
): RouteTable {
  const table = {
    prefix: normalizePrefix(prefix),
    byPath: new Map<string, Route>(),
    serviceNames: new Set<string>(),
  };
  const aliases: [path: string, route: Route][] = [];
  for (const served of services) {
    const { typeName } = served.type;
    if (table.serviceNames.has(typeName)) throw new TypeError(`service ${typeName} is served twice`);
    const camelService = camelServiceName(typeName);
    table.serviceNames.add(typeName);
    for (const route of routesOf(served, around)) {
      const { name } = route.method;
      table.byPath.set(`${table.prefix}/${typeName}/${name}`, route);
      for (const service of [typeName, camelService]) {
        for (const method of [name, camelCase(name)])
          aliases.push([`${table.prefix}/${service}/${method}`, route]);
      }
    }
  }
  for (const served of services) table.serviceNames.add(camelServiceName(served.type.typeName));
  // Last, so that a literal name is never hidden by another one's alias.
  for (const [path, route] of aliases) if (!table.byPath.has(path)) table.byPath.set(path, route);
  return table;
}

function routesOf(served: ServedService, around: AroundAll): Route[] {
  const { typeName, methods } = served.type;
  const implementation = served.implementation as Record<string, unknown>;
  return Object.entries(methods).map(([name, method]) => {
    const implemented = implementation[name];
    if (typeof implemented !== 'function') {
      throw new TypeError(`the implementation of ${typeName} has no method ${name}`);
    }
    const own: MethodOptions<unknown> = served.options.methods?.[name] ?? {};
    const hooks = [...around.hooks, ...(served.options.hooks ?? []), ...(own.hooks ?? [])];
    const interceptors = [
      ...around.interceptors,
      ...(served.options.interceptors ?? []),
      ...(own.interceptors ?? []),
    ];
    return {
      package: typeName.slice(0, Math.max(typeName.lastIndexOf('.'), 0)),
      service: typeName,
      method,
      handler: intercept((implemented as Handler).bind(implementation), interceptors),
      hooks: hookChain(hooks),
    };
  });
}

/** Go clients write the service's own name in CamelCase, the package as it is. */
function camelServiceName(typeName: string): string {
  const dot = typeName.lastIndexOf('.') + 1;
  return typeName.slice(0, dot) + camelCase(typeName.slice(dot));
}
