import type { FromJsonOptions, ToJsonOptions } from '../codec/options.ts';
import type { Registry } from '../codec/registry.ts';
import { hookChain, type HookChain, type Hooks } from './hooks.ts';
import type { Interceptor } from './interceptor.ts';
import { defaultPrefix } from './prefix.ts';
import { decodePath } from './request-path.ts';
import { routeTable, type Route, type RouteTable } from './routes.ts';
import type { ServedService } from './service-type.ts';
import { TwirpError } from './twirp-error.ts';
import { WatchedCalls } from './watched-calls.ts';

/** What every door can be told about the calls it serves. */
export interface RpcOptions {
  /** For example `[Echo.serve(new EchoServer())]`. */
  readonly services: readonly ServedService[];
  /** Path before the service name; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** Around every call, outside those of services and methods. */
  readonly hooks?: readonly Hooks[];
  /** Around every handler, outside those of services and methods; the first is outermost. */
  readonly interceptors?: readonly (Interceptor | null | undefined)[];
  /** Field names in JSON answers: `proto` for `user_name` (default), `camel` for `userName`. */
  readonly jsonNames?: 'proto' | 'camel';
  /** Write fields that hold their default value. Default true. */
  readonly emitDefaults?: boolean;
  /** Refuse unknown fields, duplicate keys and text after the value in JSON requests. Default false. */
  readonly strict?: boolean;
  /** The messages an Any may hold in JSON, and extensions. Default none. */
  readonly registry?: Registry;
  /** Time for one call, in milliseconds; a caller's sooner `X-Request-Timeout-Ms` wins. Default none. */
  readonly timeoutMs?: number;
  /** Tell callers the text and class of unexpected errors. Default: unless `NODE_ENV` is `production`. */
  readonly exposeInternalErrors?: boolean;
  /** When it fires, the signals of all calls under way fire with `unavailable`: the end of a graceful shutdown. */
  readonly shutdownSignal?: AbortSignal;
}

/** How messages become JSON, and JSON messages. */
export interface JsonOptions {
  readonly fromJson: FromJsonOptions;
  readonly toJson: ToJsonOptions;
  readonly toEnvelopeJson: ToJsonOptions;
}

/** The options once they are checked and everything that can be is computed. One per mount; shared by its calls. */
export interface RpcServer extends JsonOptions {
  readonly routes: RouteTable;
  /** Hooks of calls that reach no method. */
  readonly hooks: HookChain;
  readonly timeoutMs: number | undefined;
  readonly exposeInternalErrors: boolean;
  /** Calls under way whose signal somebody watches. */
  readonly watched: WatchedCalls;
}

/** @throws {TypeError} for a bad prefix, a service served twice, or an implementation that lacks a method */
export function rpcServer(options: RpcOptions): RpcServer {
  const { hooks = [], interceptors = [] } = options;
  const server: RpcServer = {
    routes: routeTable(options.prefix ?? defaultPrefix, options.services, { hooks, interceptors }),
    hooks: hookChain(hooks),
    ...jsonOptions(options),
    timeoutMs: options.timeoutMs,
    exposeInternalErrors: options.exposeInternalErrors ?? process.env['NODE_ENV'] !== 'production',
    watched: new WatchedCalls(),
  };
  options.shutdownSignal?.addEventListener('abort', () => {
    server.watched.abort(new TwirpError('unavailable', 'the server is shutting down'));
  });
  return server;
}

export function jsonOptions(
  options: Pick<RpcOptions, 'jsonNames' | 'emitDefaults' | 'strict' | 'registry'>,
): JsonOptions {
  const { jsonNames = 'proto', emitDefaults = true, strict = false } = options;
  const registry = options.registry === undefined ? {} : { registry: options.registry };
  const toJson = { jsonNames, emitDefaults, ...registry };
  return {
    fromJson: { strict, firstValueOnly: !strict, ...registry },
    toJson,
    toEnvelopeJson: { ...toJson, envelope: true },
  };
}

/** The method at a path that is still percent-encoded. */
export function findRoute(server: RpcServer, path: string): Route | undefined {
  return (
    server.routes.byPath.get(path) ??
    (path.includes('%') ? server.routes.byPath.get(decodePath(path)) : undefined)
  );
}
