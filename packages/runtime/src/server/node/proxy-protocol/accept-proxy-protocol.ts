import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AddressRanges } from './address-ranges.ts';
import { readProxyHeader, type ProxiedPeer, type ProxyHeader, type ProxyHeaderError } from './header.ts';

/** The options of `acceptProxyProtocol`. */
export interface ProxyProtocolOptions {
  /**
   * The balancers: addresses, ranges like `10.0.0.0/8`, `loopback`, `linklocal`, `uniquelocal`, and `unix` for whoever
   * connects to a Unix socket. Each of their connections has to begin with a header; nobody else's may.
   */
  readonly from: readonly string[];
  /** Time for the header and the first byte after it, in milliseconds. Default 15 s. */
  readonly timeout?: number;
  /** A connection is closed because of its header. @param why completes "the connection …" @param address the balancer's */
  onRefused?(why: string, address: string): void;
}

/** Time for what is under way when the server closes, in milliseconds. */
const lastWords = 1_000;

/**
 * Has a server of Node's (net, http, http2, tls, https, or ours) read the PROXY protocol, version 1 and 2, of a load balancer
 * before anything else, TLS included: `socket.remoteAddress` and `remotePort` are then the caller's. To be called before the
 * server listens, and before others listen to its `connection` event. A connection whose header is malformed or late is closed.
 * @throws {TypeError} for what is not an address in `from`
 * @example
 * const server = createServer(createHandler({ services }));
 * acceptProxyProtocol(server, { from: ['10.0.0.0/8'], onRefused: (why, address) => log.warn({ address }, why) });
 * server.listen(8080);
 */
export function acceptProxyProtocol(server: Server, options: ProxyProtocolOptions): void {
  const { timeout = 15_000 } = options;
  const withUnix = options.from.includes('unix');
  const balancers = new AddressRanges(options.from.filter((text) => text !== 'unix'));
  const isBalancer = ({ remoteAddress }: Socket): boolean =>
    remoteAddress === undefined ? withUnix : balancers.has(remoteAddress);

  const peers = new WeakMap<Socket, ProxiedPeer>();
  const waiting = new Set<Socket>();
  const takers = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const take = (): void => {
      for (const taker of takers) taker.call(server, socket);
    };
    if (!isBalancer(socket)) return take();
    const address = socket.remoteAddress ?? '';
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
    readHeader(socket, timeout, {
      done(peer) {
        waiting.delete(socket);
        if (peer !== undefined) {
          peers.set(socket, peer);
          setPeer(socket, peer);
        }
        take();
      },
      refused(why) {
        socket.destroy();
        options.onRefused?.(why, address);
      },
    });
  });
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    // The socket below; Node has no other name for it.
    const { _parent: plain } = socket as TLSSocket & { readonly _parent?: Socket };
    const peer = plain === undefined ? undefined : peers.get(plain);
    if (peer !== undefined) setPeer(socket, peer);
  });

  const close = server.close.bind(server);
  Object.assign(server, {
    // To Node a connection is busy from its beginning, and nobody else knows of these.
    close(done?: (error?: Error) => void) {
      const ending = [...waiting];
      setTimeout(() => {
        for (const socket of ending) if (waiting.has(socket)) socket.destroy();
      }, lastWords).unref();
      close(done);
      return server;
    },
  });
}

interface Outcome {
  /** The header has come and a byte after it: a caller speaks first, whatever it speaks. */
  done(peer: ProxiedPeer | undefined): void;
  refused(why: string): void;
}

function readHeader(socket: Socket, timeout: number, outcome: Outcome): void {
  let seen: Buffer = Buffer.alloc(0);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('readable', onReadable).off('end', onEnd).off('close', stop).off('error', stop);
  };
  const refuse = (why: string): void => {
    stop();
    outcome.refused(why);
  };
  const onReadable = (): void => {
    for (let chunk = read(socket); chunk !== null; chunk = read(socket)) {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      let header: ProxyHeader | undefined;
      try {
        header = readProxyHeader(seen);
      } catch (error) {
        return refuse((error as ProxyHeaderError).message);
      }
      if (header === undefined || header.length === seen.length) continue;
      stop();
      socket.unshift(seen.subarray(header.length));
      return outcome.done(header.peer);
    }
  };
  const isWhole = (): boolean => readProxyHeader(seen) !== undefined;
  const onEnd = (): void => {
    // A balancer looks whether the port is open, and goes.
    if (seen.length > 0 && !isWhole()) refuse('ended in its PROXY header');
    else socket.destroy();
  };
  const timer = setTimeout(() => {
    if (seen.length > 0 && isWhole()) socket.destroy();
    else refuse(`sent no PROXY header within ${timeout} ms`);
  }, timeout);
  // Not `data`: a socket that flows once would lose what comes before the next listener.
  socket.on('readable', onReadable).on('end', onEnd).on('close', stop).on('error', stop);
}

function read(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}

function setPeer(socket: Socket, { address, port }: ProxiedPeer): void {
  const remoteFamily = address.includes(':') ? 'IPv6' : 'IPv4';
  const facts = { remoteAddress: address, remotePort: port, remoteFamily };
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(socket, name, { value });
}
