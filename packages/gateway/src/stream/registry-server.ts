import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { PeerCertificate, SecureContextOptions, TLSSocket } from 'node:tls';
import { acceptProxyProtocol, type ProxyProtocolOptions } from '@pipit/runtime/node';
import { grpcCode } from '../protocol/grpc-code.ts';
import { systemClock, type Clock } from '../clock.ts';
import { budgets } from '../protocol/budgets.ts';
import { RegisterResponse } from '../protocol/registry.pb.ts';
import { defaultMaxMessageBytes } from '../protocol/sizes.ts';
import { answer, refuse, refuseHttp } from './answer.ts';
import { isGrpc } from './grpc-status.ts';
import { keepAlive, type Keepalive } from './keepalive.ts';
import type { MessageStream } from '../protocol/message-stream.ts';
import { http2Settings, maxSessionMemory, widen } from './session-settings.ts';
import { ServerMessageStream } from './server-message-stream.ts';

/** The opener of a stream. */
export interface StreamOrigin {
  /** IP address of the other end of the connection. */
  readonly address: string;
  /** The certificate it identified itself with, where those of clients are asked for. */
  readonly certificate: PeerCertificate | undefined;
}

export interface RegistryServerOptions {
  /**
   * Certificate, key and the like; without it the server speaks plaintext. With `ca`, clients must have a
   * certificate that it signed, unless `rejectUnauthorized` is false. TLS 1.2 is the least.
   */
  readonly tls?: SecureServerOptions;
  /** A service has opened its stream; `events` is to be set in this turn. */
  onStream(stream: MessageStream, origin: StreamOrigin): void;
  /** Takes calls of `grpc.health.v1.Health`; returns false for those it does not know. Without it they are unimplemented. */
  health?(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean;
  /** A TLS handshake failed, of a peer that has sent something. */
  onHandshakeError?(error: Error, address: string): void;
  /**
   * The largest message taken of a peer that `onStream` has accepted; a larger one ends its stream. In bytes. Default
   * 5 MiB. Before that it is 128 KiB.
   */
  readonly maxMessageBytes?: number;
  /** Bytes that one peer may have sent and we have not read. Default 1 MiB. */
  readonly window?: number;
  /** Default 20 s, and 10 s for the answer. */
  readonly keepalive?: Keepalive;
  /** A connection without a stream is closed after so many milliseconds. Default 20 s. */
  readonly idleTimeout?: number;
  /** Load balancers that say by the PROXY protocol who connects. Default: none. */
  readonly proxyProtocol?: ProxyProtocolOptions | undefined;
  readonly clock?: Clock;
}

/** The gateway's port for services: gRPC's streams, and nothing else. */
export interface RegistryServer {
  /** Connections, with or without streams. */
  readonly sessions: number;
  /** Where it listens. */
  readonly address: AddressInfo | undefined;
  /** Rejects where the port cannot be had. Port 0 takes a free one. */
  listen(port: number, host?: string): Promise<AddressInfo>;
  /** New handshakes use another certificate; what is connected stays. */
  setSecureContext(tls: SecureContextOptions): void;
  /** Takes no connections and no streams any more; those that are there stay. Resolves when all are gone. */
  close(): Promise<void>;
  /** Breaks everything off. */
  destroy(): Promise<void>;
}

const openingBytes = budgets.openingMessage.bytes;

const establishPath = '/registry.RegistryService/EstablishConnection';
const registerPath = '/registry.RegistryService/Register';
const healthPath = '/grpc.health.v1.Health/';
const registerMessage =
  'this gateway does not dial services: open the stream registry.RegistryService/EstablishConnection and register there';

/** Less than the services' 30 s, and less than what proxies and NAT routers keep a silent connection for. */
const defaultKeepalive: Keepalive = { interval: 20_000, timeout: 10_000 };

/**
 * Makes the port for services; it listens once `listen` is called.
 * @example
 * const services = createRegistryServer({
 *   tls: { cert, key },
 *   onStream: (stream, origin) => gateway.accept(stream, origin),
 * });
 * await services.listen(7443);
 */
export function createRegistryServer(options: RegistryServerOptions): RegistryServer {
  return new Http2RegistryServer(options);
}

class Http2RegistryServer implements RegistryServer {
  readonly #options: RegistryServerOptions;
  readonly #server: Http2Server | Http2SecureServer;
  /** With the number of streams of each. */
  readonly #sessions = new Map<ServerHttp2Session, number>();
  readonly #sockets = new Set<Socket>();
  readonly #clock: Clock;
  #closed: Promise<void> | undefined;

  constructor(options: RegistryServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#server = serverOf(options);
    if (options.proxyProtocol !== undefined) acceptProxyProtocol(this.#server, options.proxyProtocol);
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('secureConnection', quiet);
    this.#server.on('session', (session) => this.#onSession(session));
    this.#server.on('sessionError', () => undefined);
    this.#server.on('stream', (stream, headers) => this.#onStream(stream, headers));
    this.#server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      const { _parent: raw } = socket as TLSSocket & { readonly _parent?: Socket };
      socket.destroy();
      // A balancer looks whether the port is open, and goes.
      if (raw?.bytesRead !== 0) options.onHandshakeError?.(error, raw?.remoteAddress ?? '');
    });
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  get address(): AddressInfo | undefined {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? undefined : address;
  }

  listen(port: number, host = '127.0.0.1'): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        // Running out of file descriptors is no reason to stop.
        this.#server.on('error', () => undefined);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  setSecureContext(tls: SecureContextOptions): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext({ minVersion: 'TLSv1.2', ...tls });
  }

  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = new Promise((resolve) => void this.#server.close(() => resolve()));
      for (const [session, streams] of this.#sessions) if (streams === 0) session.close();
    }
    return this.#closed;
  }

  destroy(): Promise<void> {
    const closed = this.close();
    // The code of streams that clients may open again elsewhere; none would be an internal error to gRPC.
    const reason = new Error('the server was stopped');
    for (const session of this.#sessions.keys()) session.destroy(reason, constants.NGHTTP2_REFUSED_STREAM);
    // Those that are in their handshake, too.
    for (const socket of this.#sockets) socket.destroy();
    return closed;
  }

  #keep(socket: Socket): void {
    quiet(socket);
    // Asked for now, it is known after the end, too.
    void socket.remoteAddress;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #onSession(session: ServerHttp2Session): void {
    this.#sessions.set(session, 0);
    session.on('error', () => undefined);
    session.once('close', () => this.#sessions.delete(session));
    widen(session, this.#options.window);
    keepAlive(session, this.#options.keepalive ?? defaultKeepalive, this.#clock);
    this.#closeWhenIdle(session);
  }

  #closeWhenIdle(session: ServerHttp2Session): void {
    const { idleTimeout = 20_000 } = this.#options;
    let stop = this.#clock.after(idleTimeout, () => session.destroy());
    const count = (change: number): void => {
      if (session.destroyed) return;
      const streams = (this.#sessions.get(session) ?? 0) + change;
      this.#sessions.set(session, streams);
      stop();
      if (streams > 0) return;
      if (this.#closed !== undefined) session.close();
      else stop = this.#clock.after(idleTimeout, () => session.destroy());
    };
    session.once('close', () => stop());
    session.on('stream', (stream) => {
      count(1);
      stream.once('close', () => count(-1));
    });
  }

  #onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    stream.on('error', () => undefined);
    const path = headers[':path'] ?? '';
    const encoding = headers['grpc-encoding'] ?? 'identity';
    if (headers[':method'] !== 'POST') {
      refuseHttp(stream, 405);
    } else if (!isGrpc(headers['content-type'] ?? '')) {
      refuseHttp(stream, 415);
    } else if (this.#closed !== undefined) {
      refuse(stream, { code: grpcCode.unavailable, message: 'the gateway is shutting down' });
    } else if (encoding !== 'identity') {
      const message = `grpc-encoding ${String(encoding)} is not supported: send messages uncompressed`;
      refuse(stream, { code: grpcCode.unimplemented, message });
    } else if (path === establishPath) {
      this.#establish(stream);
    } else if (path === registerPath) {
      answer(stream, RegisterResponse.encode({ success: false, message: registerMessage }));
    } else if (!path.startsWith(healthPath) || this.#options.health?.(stream, headers) !== true) {
      const message = `the gateway's port for services has no method ${path}`;
      refuse(stream, { code: grpcCode.unimplemented, message });
    }
  }

  #establish(stream: ServerHttp2Stream): void {
    const socket = stream.session?.socket;
    if (socket === undefined) return;
    const peer = socket.remoteAddress ?? '';
    const certificate = (socket as Partial<TLSSocket>).getPeerCertificate?.();
    const { maxMessageBytes = defaultMaxMessageBytes } = this.#options;
    this.#options.onStream(new ServerMessageStream(stream, { peer, maxMessageBytes, openingBytes }), {
      address: peer,
      // Node has an empty object for none.
      certificate: certificate?.subject === undefined ? undefined : certificate,
    });
  }
}

function serverOf(options: RegistryServerOptions): Http2Server | Http2SecureServer {
  const { tls } = options;
  const http2: ServerOptions = {
    settings: http2Settings({ window: options.window, maxConcurrentStreams: 100 }),
    maxSessionMemory,
  };
  if (tls === undefined) return createServer(http2);
  return createSecureServer({
    minVersion: 'TLSv1.2',
    handshakeTimeout: 10_000,
    requestCert: tls.ca !== undefined,
    ...tls,
    ...http2,
    allowHTTP1: false,
  });
}

function quiet(socket: Socket): void {
  // A socket that breaks is closed next, and that is seen.
  socket.on('error', () => undefined);
}
