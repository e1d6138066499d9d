import { decodePath, hasHiddenSlash, noHandler, pathOf, unsupportedVerb } from '@pipit/runtime/door';
import type { TwirpError } from '@pipit/runtime';
import { isMethodName, isServiceName } from '../names.ts';
import type { Front } from './front-options.ts';

/** The method that a path names. */
export interface ServicePath {
  /** As registered; as in the path where no service of the name is known. */
  readonly service: string;
  /** As in the path, decoded. */
  readonly method: string;
  /** The service is connected, or was, or may be about to be. */
  readonly known: boolean;
}

/**
 * Service and method of `{prefix}/{package.}{Service}/{Method}` (wire.md, Routes).
 * @throws {TwirpError} `bad_route` for a path of another shape
 */
export function servicePathOf(front: Front, verb: string, target: string): ServicePath {
  const raw = pathOf(target);
  const path = decodePath(raw);
  const start = front.prefix.length + 1;
  const slash = path.indexOf('/', start);
  const isCall = path.startsWith(`${front.prefix}/`) && slash > start && path.indexOf('/', slash + 1) < 0;
  if (!isCall || slash === path.length - 1 || hasHiddenSlash(raw)) throw noRoute(front, verb, raw);
  const name = path.slice(start, slash);
  const method = path.slice(slash + 1);
  if (!isMethodName(method)) throw noRoute(front, verb, raw);
  const service = front.gateway.resolve(name);
  if (service !== undefined) return { service, method, known: true };
  if (!isServiceName(name)) throw noRoute(front, verb, raw);
  return { service: name, method, known: false };
}

/**
 * gRPC callers know of no prefix; one that is there is taken for what it is.
 * @throws {TwirpError} `bad_route` for a method that cannot be one
 */
export function grpcPathOf(front: Front, target: string): ServicePath {
  const path = decodePath(pathOf(target));
  const local =
    path.startsWith(`${front.prefix}/`) && path.split('/').length > 3
      ? path.slice(front.prefix.length)
      : path;
  const [, name = '', method = '', ...rest] = local.split('/');
  if (method !== '' && !isMethodName(method)) throw noRoute(front, 'POST', pathOf(target));
  const service = rest.length === 0 && method !== '' ? front.gateway.resolve(name) : undefined;
  return { service: service ?? name, method, known: service !== undefined };
}

/** The runtime's own texts, for the services that are connected; it looks at the verb first. */
function noRoute({ prefix, gateway }: Front, verb: string, rawPath: string): TwirpError {
  if (verb !== 'POST') return unsupportedVerb(verb, rawPath);
  const serviceNames = { has: (name: string) => gateway.resolve(name) !== undefined };
  return noHandler({ prefix, serviceNames }, verb, rawPath);
}
