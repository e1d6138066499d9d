import { createServer as createHttp1, type Server, type ServerOptions as Http1Options } from 'node:http';
import {
  createSecureServer,
  createServer as createHttp2,
  type Http2SecureServer,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerOptions as Http2Options,
} from 'node:http2';
import type { Socket } from 'node:net';
import { FastLane } from '../fast-lane/fast-lane.ts';
import { laneHandlerOf, type LaneHandler } from '../fast-lane/lane-handler.ts';
import type { NodeRequest, NodeResponse } from './node-http-request.ts';
import { Http2Limits } from './http2-limits.ts';
import { defaultStallTimeout } from './lose-when-stalled.ts';
import { retireWhenWorn } from './retire-session.ts';
import { sniffHttp2 } from './sniff-http2.ts';

/** The options of `createServer`: timeouts, `maxHeaderSize` and the like as `http.createServer` has them. */
export interface ServerOptions extends Http1Options {
  /** Certificate, key and the like; with it the server speaks TLS, without it plaintext. */
  readonly tls?: SecureServerOptions;
  /** Settings of HTTP/2 connections, as `http2.createServer` has them. */
  readonly http2?: Http2Options;
  /** A caller over HTTP/2 that takes nothing of its answer for so long loses it, in milliseconds; 0 for never. Default 30 s. */
  readonly stallTimeout?: number;
  /**
   * Reads plain calls on the socket, below node:http: `POST` over HTTP/1.1 with a Content-Length, of a method that gives one
   * message, by Twirp. Such a call costs about half; a connection on which anything else comes is node:http's from then on.
   * Tracers that patch node:http (OpenTelemetry's http instrumentation) see none of these calls (`tracing` of
   * `@pipit/runtime/tracing` sees all), nor do listeners of the server's `request`, and `context.get(nodeRequest)` is
   * undefined. Default false.
   */
  readonly fastLane?: boolean;
}

/** Node's default for HTTP/1.1, in milliseconds. */
const defaultKeepAlive = 5_000;

/** A handler of ours or of a host, whichever kinds of request it knows. */
type Listener = (request: never, response: never) => void;

/**
 * One server for HTTP/1.1 and HTTP/2 on one port: told apart by ALPN under TLS, and by the first bytes in
 * plaintext (h2c with prior knowledge, RFC 9113, 3.3). `headersTimeout`, `requestTimeout`, `keepAliveTimeout` and the
 * server's `timeout` hold on both, with Node's defaults. After `close` calls under way on HTTP/2 connections end, new
 * ones are refused. In plaintext `closeAllConnections` ends HTTP/2 connections and silent ones too.
 * @example createServer(createHandler({ services }), { tls: { key, cert } }).listen(443);
 */
export function createServer(
  listener: Listener,
  options: ServerOptions & { readonly tls: SecureServerOptions },
): Http2SecureServer;
export function createServer(
  listener: Listener,
  options?: ServerOptions & { readonly tls?: undefined },
): Server;
export function createServer(listener: Listener, options?: ServerOptions): Server | Http2SecureServer;
export function createServer(
  hostListener: Listener,
  options: ServerOptions = {},
): Server | Http2SecureServer {
  const listener = hostListener as (request: NodeRequest, response: NodeResponse) => void;
  const { tls, http2 = {}, stallTimeout = defaultStallTimeout, fastLane = false, ...given } = options;
  const lane = fastLane ? laneFor(hostListener, tls) : undefined;
  // Set below; as options they may not be what the server takes.
  const http1 = {
    ...given,
    headersTimeout: undefined,
    requestTimeout: undefined,
    keepAliveTimeout: undefined,
  };
  const limits = new Http2Limits(() => {
    const { headersTimeout, requestTimeout, timeout } = server as Server;
    // Node's TLS server for both protocols has none of its own.
    const { keepAliveTimeout = defaultKeepAlive } = server as Partial<Server>;
    return { headersTimeout, requestTimeout, keepAliveTimeout, stallTimeout, timeout };
  });
  const sessions = new Set<ServerHttp2Session>();
  const silent = new Set<Socket>();
  const keep = (session: ServerHttp2Session): void => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    limits.watch(session);
    retireWhenWorn(session);
  };
  const server =
    tls === undefined
      ? plainServer(listener, http1, http2, { keep, silent, lane })
      : secureServer(listener, tls, http1, http2, keep);
  setTimeouts(server as Server, options);
  const close = server.close.bind(server);
  // Node's own knows HTTP/1.1 only; its TLS server for both protocols has none.
  const closeHttp1 = (server as Partial<Server>).closeAllConnections?.bind(server);
  if (closeHttp1 !== undefined) {
    Object.assign(server, {
      closeAllConnections() {
        for (const session of sessions) session.destroy();
        for (const socket of silent) socket.destroy();
        closeHttp1();
      },
    });
  }
  return Object.assign(server, {
    // Node's own would wait for HTTP/2 connections until their clients close them.
    close(done?: (error?: Error) => void) {
      for (const session of sessions) session.close();
      close(done);
      return server;
    },
  });
}

/** As properties, because as options Node's TLS server for both protocols ignores them (Node 20). */
function setTimeouts(server: Server, options: ServerOptions): void {
  const { requestTimeout = server.requestTimeout, headersTimeout = server.headersTimeout } = options;
  const { keepAliveTimeout, connectionsCheckingInterval } = options;
  // Node takes the shorter of the two for the head's, whichever it is, and bodies would get the longer.
  const shorter = requestTimeout > 0 ? Math.min(headersTimeout, requestTimeout) : headersTimeout;
  const timeouts = { requestTimeout, headersTimeout: shorter, keepAliveTimeout, connectionsCheckingInterval };
  for (const [name, time] of Object.entries(timeouts)) {
    if (time !== undefined) Object.assign(server, { [name]: time });
  }
}

function secureServer(
  listener: (request: NodeRequest, response: NodeResponse) => void,
  tls: SecureServerOptions,
  http1: Http1Options,
  http2: Http2Options,
  keep: (session: ServerHttp2Session) => void,
): Http2SecureServer {
  const server = createSecureServer({ ...http1, ...http2, ...tls, allowHTTP1: true }, listener);
  return server.on('session', keep);
}

interface PlainParts {
  readonly keep: (session: ServerHttp2Session) => void;
  /** The connections of which nobody knows yet what they speak: not Node's, so ours to close. */
  readonly silent: Set<Socket>;
  /** For the fast lane; undefined without. */
  readonly lane: LaneHandler | undefined;
}

function plainServer(
  listener: (request: NodeRequest, response: NodeResponse) => void,
  http1Options: Http1Options,
  http2Options: Http2Options,
  { keep, silent, lane: handler }: PlainParts,
): Server {
  const server = createHttp1(http1Options, listener);
  const http2 = createHttp2(http2Options, listener).on('session', (session) => {
    keep(session);
    server.emit('session', session);
  });
  const onHttp1 = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const toHttp1 = (socket: Socket): void => {
    for (const take of onHttp1) take.call(server, socket);
  };
  const sniff = (socket: Socket): void => {
    silent.add(socket);
    const known = (): void => void silent.delete(socket.off('close', known));
    socket.once('close', known);
    sniffHttp2(socket, server.headersTimeout, (isHttp2) => {
      known();
      if (isHttp2) {
        // Servers of HTTP/1.1 let a caller end its side first. A session of HTTP/2 would not hear that it has gone.
        socket.allowHalfOpen = false;
        http2.emit('connection', socket);
      } else toHttp1(socket);
    });
  };
  if (handler === undefined) return server.on('connection', sniff);
  const lane = new FastLane(server, handler, (socket, isNew) => (isNew ? sniff(socket) : toHttp1(socket)));
  return server.on('connection', (socket: Socket) => lane.take(socket));
}

function laneFor(listener: object, tls: SecureServerOptions | undefined): LaneHandler {
  if (tls !== undefined) {
    throw new TypeError('createServer: fastLane is for plaintext only: leave it out, or end TLS in front');
  }
  const handler = laneHandlerOf(listener);
  if (handler !== undefined) return handler;
  throw new TypeError(
    'createServer: fastLane needs a listener made by createHandler, with twirp among its protocols, or by createFront',
  );
}
