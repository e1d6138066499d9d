import { decodePath, noHandler, pathOf } from '@pipit/runtime/door';
import { unimplemented, type TwirpError } from '@pipit/runtime';
import type { Front } from './front-options.ts';

/** What a path asks for. */
export interface ServicePath {
  /** As registered. */
  readonly service: string;
  /** As in the path, decoded. */
  readonly method: string;
}

const nameSyntax = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/**
 * Service and method of `{prefix}/{package.}{Service}/{Method}` (wire.md, Routes).
 * @throws {TwirpError} `bad_route` for a path of another shape, `unimplemented` for a service that never registered
 */
export function servicePathOf(front: Front, verb: string, target: string): ServicePath {
  const raw = pathOf(target);
  const path = decodePath(raw);
  const start = front.prefix.length + 1;
  const slash = path.indexOf('/', start);
  const isCall = path.startsWith(`${front.prefix}/`) && slash > start && path.indexOf('/', slash + 1) < 0;
  if (!isCall || slash === path.length - 1) throw noRoute(front, verb, raw);
  const name = path.slice(start, slash);
  const service = front.gateway.resolve(name);
  if (service !== undefined) return { service, method: path.slice(slash + 1) };
  throw nameSyntax.test(name) ? unknownService(name) : noRoute(front, verb, raw);
}

/** gRPC callers know of no prefix; one that is there is taken for what it is. */
export function grpcPathOf(front: Front, target: string): ServicePath {
  const path = decodePath(pathOf(target));
  const local =
    path.startsWith(`${front.prefix}/`) && path.split('/').length > 3
      ? path.slice(front.prefix.length)
      : path;
  const [, name = '', method = '', ...rest] = local.split('/');
  const service = rest.length === 0 && method !== '' ? front.gateway.resolve(name) : undefined;
  if (service === undefined) throw unknownService(name);
  return { service, method };
}

/** The runtime's own texts, for the services that are connected. */
export function noRoute({ prefix, gateway }: Front, verb: string, rawPath: string): TwirpError {
  const serviceNames = { has: (name: string) => gateway.resolve(name) !== undefined };
  const table = { prefix, byPath: new Map(), serviceNames: serviceNames as ReadonlySet<string> };
  return noHandler(table, verb, rawPath);
}

function unknownService(name: string): TwirpError {
  return unimplemented(
    `no service has ever registered as ${name}: look at the name, and whether the service runs and reaches this gateway`,
  );
}
