import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { systemClock, type Clock } from '../clock.ts';
import { defaultMaxMessageBytes } from '../protocol/sizes.ts';
import { ClientMessageStream } from './client-message-stream.ts';
import { dialErrorOf, DialError } from './dial-error.ts';
import { keepAlive, type Keepalive } from './keepalive.ts';
import type { MessageStream } from '../protocol/message-stream.ts';
import { http2Settings, maxSessionMemory, widen } from './session-settings.ts';

/** Text or bytes of PEM. */
type Pem = string | Buffer;

export interface DialOptions {
  /** Of the gateway's port for services: `https://` for TLS, `http://` for plaintext. */
  readonly url: string;
  /** The authority that signs the gateway's certificate, where it is not a public one. */
  readonly ca?: Pem | readonly Pem[];
  /** Our own certificate and its key, where the gateway wants one. */
  readonly cert?: Pem;
  readonly key?: Pem;
  /** The name in the gateway's certificate, where it is not the URL's host. */
  readonly servername?: string;
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** For the connection to be up, in milliseconds. Default 10 s. */
  readonly connectTimeout?: number;
  /** Default 30 s, and 10 s for the answer. */
  readonly keepalive?: Keepalive;
  /** The largest message taken; a larger one ends the stream. In bytes. Default 5 MiB. */
  readonly maxMessageBytes?: number;
  /** Bytes that the gateway may have sent and we have not read. Default 1 MiB. */
  readonly window?: number;
  readonly clock?: Clock;
}

const defaultKeepalive: Keepalive = { interval: 30_000, timeout: 10_000 };

/**
 * Opens the stream of a service to the gateway, on a connection of its own, which ends with it. Resolves when the
 * connection is up and the call is sent; what the gateway makes of the call is told through `events`, which are to be
 * set at once.
 * @throws {DialError} that says why there is no connection
 */
export function dial(options: DialOptions): Promise<MessageStream> {
  return new Promise((resolve, reject) => void new Attempt(options, resolve, reject));
}

/** One attempt, until it has succeeded or failed. */
class Attempt {
  readonly #options: DialOptions;
  readonly #clock: Clock;
  readonly #url: URL;
  readonly #resolve: (stream: MessageStream) => void;
  readonly #reject: (error: DialError) => void;
  readonly #stopTimer: () => void;
  readonly #onAbort: () => void;
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;
  #isOver = false;

  constructor(
    options: DialOptions,
    resolve: (stream: MessageStream) => void,
    reject: (error: DialError) => void,
  ) {
    const { clock = systemClock, connectTimeout = 10_000, signal } = options;
    this.#options = options;
    this.#clock = clock;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#url = urlOf(options.url);
    this.#stopTimer = clock.after(connectTimeout, () =>
      this.#fail(new DialError('timeout', options.url, `nothing within ${connectTimeout / 1000} s`)),
    );
    this.#onAbort = () => this.#fail(new DialError('aborted', options.url));
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted === true) this.#onAbort();
    else this.#connect();
  }

  #connect(): void {
    const { protocol, hostname, port } = this.#url;
    const isTls = protocol === 'https:';
    const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (isTls ? 443 : 80) };
    const socket = isTls ? this.#connectTls(address) : connectTcp(address);
    this.#socket = socket;
    // The name in an error of TLS says more than the end of the connection after it.
    socket.on('error', (error) => this.#fail(this.#errorOf(error)));
    socket.once('close', () => this.#fail(this.#errorOf(closed)));
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      if (this.#isOver) return;
      if (isTls && (socket as TLSSocket).alpnProtocol !== 'h2') {
        this.#fail(new DialError('not-http2', this.#options.url));
      } else {
        this.#open(socket);
      }
    });
  }

  #connectTls(address: { host: string; port: number }): TLSSocket {
    const { ca, cert, key, servername } = this.#options;
    return connectTls({
      ...address,
      ALPNProtocols: ['h2'],
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca: ca as Pem | Pem[] }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(servername === undefined ? nameOf(address.host) : { servername }),
    });
  }

  #open(socket: Socket): void {
    const { keepalive = defaultKeepalive, maxMessageBytes = defaultMaxMessageBytes, window } = this.#options;
    const session = connectHttp2(this.#url.origin, {
      createConnection: () => socket,
      settings: http2Settings({ window }),
      maxSessionMemory,
    });
    this.#session = session;
    session.on('error', (error) => this.#fail(this.#errorOf(error)));
    session.once('connect', () => widen(session, window));
    const request = session.request(callHeaders, { endStream: false });
    const stream = new ClientMessageStream(request, { peer: socket.remoteAddress ?? '', maxMessageBytes });
    request.once('close', () => session.close());
    // Anything that listens accepts a connection; who speaks HTTP/2 begins with its settings.
    session.once('remoteSettings', () => {
      if (!this.#finish()) return;
      keepAlive(session, keepalive, this.#clock);
      this.#resolve(stream);
    });
  }

  #errorOf(error: Error): DialError {
    const failure = dialErrorOf(error, this.#options.url);
    // Under TLS 1.3 the handshake is over for us before our certificate is looked at, and some just close then.
    const isRefused =
      failure.kind === 'closed' && this.#session !== undefined && this.#options.cert !== undefined;
    return isRefused
      ? new DialError('client-certificate', this.#options.url, 'it closed the connection after the handshake')
      : failure;
  }

  #fail(error: DialError): void {
    if (!this.#finish()) return;
    this.#session?.destroy();
    this.#socket?.destroy();
    this.#reject(error);
  }

  /** True for the first end. */
  #finish(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#stopTimer();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

const closed = Object.assign(new Error('closed'), { code: 'ECONNRESET' });

const callHeaders = {
  ':method': 'POST',
  ':path': '/registry.RegistryService/EstablishConnection',
  'content-type': 'application/grpc',
  te: 'trailers',
  'user-agent': 'pipit-gateway-connector',
  'grpc-accept-encoding': 'identity',
};

/** TLS has names for hosts only. */
function nameOf(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isKnown = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url !== undefined && isKnown && url.pathname === '/' && url.search === '') return url;
  throw new DialError('bad-url', text);
}
