import { hookChain, type HookChain, type Hooks } from './hooks.ts';
import type { Interceptor } from './interceptor.ts';
import { isProduction } from './is-production.ts';
import { jsonOptions, type JsonOptions, type RpcJsonOptions } from './json-options.ts';
import type { OptionNames } from './known-options.ts';
import { protocolSet, type ProtocolName } from './protocol-name.ts';
import { defaultPrefix } from './prefix.ts';
import { decodePath } from './request-path.ts';
import { routeTable, type Route, type RouteTable } from './routes.ts';
import { servedServices } from './served-services.ts';
import type { ServedService } from './service-type.ts';
import { TwirpError } from './twirp-error.ts';
import { TrustedOrigins } from './trusted-origins.ts';
import { WatchedCalls } from './watched-calls.ts';

/** The options of every door about the calls it serves. */
export interface RpcOptions extends RpcJsonOptions {
  /** For example `[Echo.serve(new EchoServer())]`. */
  readonly services: readonly ServedService[];
  /** Path before the service name; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** The protocols that callers may speak. Default all: `twirp`, `connect`, `grpc-web`, `grpc`. */
  readonly protocols?: readonly ProtocolName[];
  /**
   * Answer gRPC and gRPC-Web at `/pkg.Service/Method` too, without the prefix, which gRPC's clients cannot send.
   * Default false: those paths are the host's.
   */
  readonly grpcAtRoot?: boolean;
  /** Around every call, outside those of services and methods. */
  readonly hooks?: readonly Hooks[];
  /** Around every handler, outside those of services and methods; the first is outermost. */
  readonly interceptors?: readonly (Interceptor | null | undefined)[];
  /** Time for one call, in milliseconds; a caller's sooner `X-Request-Timeout-Ms` wins. Default none. */
  readonly timeoutMs?: number;
  /** Time for one stream, in milliseconds; a caller's sooner limit wins. `timeoutMs` is not for streams. Default none. */
  readonly streamTimeoutMs?: number;
  /**
   * A stream of server-sent events that has been silent for so long gets a comment, in milliseconds, so that nobody on the
   * way takes it for dead; 0 for never. Default 15 s.
   */
  readonly streamKeepAliveMs?: number;
  /** Tell callers the text and class of unexpected errors. Default: unless `NODE_ENV` is `production`. */
  readonly exposeInternalErrors?: boolean;
  /**
   * Origins whose pages may send forms (urlencoded, multipart, or no body) beside those of the server's own host:
   * `https://app.example.com`, `*.example.com`, `null`, `capacitor://localhost`. Others get 403. Default none.
   */
  readonly trustedOrigins?: readonly string[];
  /**
   * Hold requests against the rules of `buf.validate` in their proto before the handler gets them: what breaks one is
   * answered 400 `invalid_argument`. Default true.
   */
  readonly validate?: boolean;
  /** When it fires, the signals of all calls under way fire with `unavailable`: the end of a graceful shutdown. */
  readonly shutdownSignal?: AbortSignal;
}

/** Their names, for doors to tell of others. */
export const rpcOptionNames: OptionNames<RpcOptions> = {
  services: true,
  prefix: true,
  protocols: true,
  grpcAtRoot: true,
  hooks: true,
  interceptors: true,
  timeoutMs: true,
  streamTimeoutMs: true,
  streamKeepAliveMs: true,
  exposeInternalErrors: true,
  trustedOrigins: true,
  validate: true,
  shutdownSignal: true,
  jsonNames: true,
  emitDefaults: true,
  strict: true,
  registry: true,
  messageLimit: true,
};

/** The options once they are checked and everything that can be is computed. One per mount; shared by its calls. */
export interface RpcConfig extends JsonOptions {
  readonly routes: RouteTable;
  /** Hooks of calls that reach no method. */
  readonly hooks: HookChain;
  readonly protocols: ReadonlySet<ProtocolName>;
  readonly timeoutMs: number | undefined;
  /** The same for streams. */
  readonly streamTimeoutMs: number | undefined;
  /** In milliseconds, 0 for never. */
  readonly streamKeepAliveMs: number;
  readonly exposeInternalErrors: boolean;
  /** Undefined where somebody before us has refused forms of other sites. */
  readonly trustedOrigins: TrustedOrigins | undefined;
  /** Calls under way whose signal somebody watches. */
  readonly watched: WatchedCalls;
}

/** @throws {TypeError} for a bad prefix, a service served twice, or an implementation that lacks a method */
export function rpcConfig(options: RpcOptions): RpcConfig {
  const { hooks = [], interceptors = [] } = options;
  const config: RpcConfig = {
    routes: routeTable(
      options.prefix ?? defaultPrefix,
      servedServices(options.services),
      {
        hooks,
        interceptors,
        validate: options.validate ?? true,
      },
      options.grpcAtRoot,
    ),
    protocols: protocolSet(options.protocols),
    hooks: hookChain(hooks),
    ...jsonOptions(options),
    timeoutMs: options.timeoutMs,
    streamTimeoutMs: options.streamTimeoutMs,
    streamKeepAliveMs: options.streamKeepAliveMs ?? 15_000,
    exposeInternalErrors: options.exposeInternalErrors ?? !isProduction(),
    trustedOrigins: new TrustedOrigins(options.trustedOrigins ?? []),
    watched: new WatchedCalls(),
  };
  options.shutdownSignal?.addEventListener('abort', () => {
    config.watched.abort(new TwirpError('unavailable', 'the server is shutting down'));
  });
  return config;
}

/** The method at a path that is still percent-encoded. @param atRoot at the paths without prefix too */
export function findRoute({ routes }: RpcConfig, path: string, atRoot: boolean): Route | undefined {
  return (
    routes.byPath.get(path) ??
    (atRoot ? routes.atRoot.get(path) : undefined) ??
    (path.includes('%') ? routes.byPath.get(decodePath(path)) : undefined)
  );
}
