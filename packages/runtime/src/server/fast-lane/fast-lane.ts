import { maxHeaderSize, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { LaneConnection, type Lane } from './lane-connection.ts';
import type { LaneHandler } from './lane-handler.ts';

/** The longest time between two looks, in milliseconds. */
const longestRound = 5_000;
const shortestRound = 10;

const lanes = new WeakMap<object, FastLane>();

/** Ends every connection in a server's lane with its next answer, which says so. */
export function retireLane(server: object): void {
  const lane = lanes.get(server);
  if (lane !== undefined) lane.isClosing = true;
}

/**
 * The way of plain requests past node:http: they are read on the socket, answered by `invoke`, and written to the socket.
 * A connection on which anything else comes is node:http's from then on. It looks at the time limits now and then, as
 * Node does, because a timer for each call costs every call.
 */
export class FastLane implements Lane {
  readonly server: Server;
  readonly handler: LaneHandler;
  /** The longest head that Node would take, in bytes. */
  readonly mostHead: number;
  /** Connections end with their next answer. */
  isClosing = false;
  readonly #fallback: (socket: Socket, isNew: boolean) => void;
  readonly #connections = new Set<LaneConnection>();
  #timer: NodeJS.Timeout | undefined = undefined;

  /** @param fallback takes over a connection, whose first bytes may say that it is none of HTTP/1.1 where it is new */
  constructor(server: Server, handler: LaneHandler, fallback: (socket: Socket, isNew: boolean) => void) {
    this.server = server;
    this.handler = handler;
    this.mostHead = (server as { maxHeaderSize?: number }).maxHeaderSize ?? maxHeaderSize;
    this.#fallback = fallback;
    const close = server.close.bind(server);
    const closeIdle = server.closeIdleConnections.bind(server);
    const closeAll = server.closeAllConnections.bind(server);
    Object.assign(server, {
      close: (done?: (error?: Error) => void) => {
        this.isClosing = true;
        return close(done);
      },
      closeIdleConnections: () => {
        closeIdle();
        for (const connection of this.#connections)
          if (connection.isIdle && !connection.isNew) connection.destroy();
      },
      closeAllConnections: () => {
        closeAll();
        for (const connection of this.#connections) connection.destroy();
      },
    });
    server.on('listening', () => (this.isClosing = false));
    lanes.set(server, this);
  }

  /** Takes a new connection; node:http has it from the start where the server is set to what only that does. */
  take(socket: Socket): void {
    const { maxRequestsPerSocket, timeout, maxHeadersCount } = this.server;
    const { httpAllowHalfOpen } = this.server as { httpAllowHalfOpen?: boolean };
    const isLimited = (maxRequestsPerSocket ?? 0) > 0 || timeout > 0 || (maxHeadersCount ?? 0) > 0;
    if (isLimited || httpAllowHalfOpen === true) {
      this.#fallback(socket, true);
      return;
    }
    this.#connections.add(new LaneConnection(this, socket));
    if (this.#timer === undefined) this.#schedule();
  }

  forget(connection: LaneConnection): void {
    this.#connections.delete(connection);
  }

  handOver(connection: LaneConnection, socket: Socket): void {
    this.forget(connection);
    this.#fallback(socket, connection.isNew);
  }

  #schedule(): void {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = this.server;
    const set = [headersTimeout, requestTimeout, keepAliveTimeout].filter((limit) => limit > 0);
    const round = Math.max(shortestRound, Math.min(longestRound, ...set.map((limit) => limit / 4)));
    this.#timer = setTimeout(() => this.#look(), round).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const connection of this.#connections) connection.look(now);
    if (this.#connections.size > 0) this.#schedule();
  }
}
