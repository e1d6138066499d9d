import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Which way: `up` to the port relayed to, `down` back to who connected. */
type Direction = 'up' | 'down';

/** A TCP relay that misbehaves on demand. What it does holds for all its connections, those to come too. */
export interface Relay {
  readonly port: number;
  /** Connections under way. */
  readonly connections: number;
  /** Bytes that went through so far, both ways. */
  readonly bytes: number;
  /** Nothing passes any more, no end either, and nobody is told: a half-open connection. Default both ways. */
  blackhole(direction?: Direction): void;
  /** Everything passes again, as fast as it can; what was held meanwhile too. */
  resume(): void;
  /** At most so many bytes a second, each connection and direction. */
  throttle(bytesPerSecond: number): void;
  /** Breaks what is connected with a TCP reset to both sides; new connections are taken. */
  reset(): void;
  /** Refuses new connections; those that are there stay. */
  refuse(): void;
  /** Ends everything. */
  close(): Promise<void>;
}

export interface RelayOptions {
  /** Where to. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The relay's own port. Default a free one. */
  readonly listen?: number;
}

/** Relays a free port of 127.0.0.1 to another. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { port, host = '127.0.0.1' } = options;
  const line: Line = { held: new Set(), bytesPerSecond: Infinity, bytes: 0 };
  const pairs = new Set<Pair>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const pair = new Pair(near, connect({ port, host, allowHalfOpen: true }), line);
    pairs.add(pair);
    pair.whenOver(() => pairs.delete(pair));
  });
  server.listen(options.listen ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    port: own,
    get connections() {
      return pairs.size;
    },
    get bytes() {
      return line.bytes;
    },
    blackhole(direction) {
      for (const way of direction === undefined ? (['up', 'down'] as const) : [direction]) line.held.add(way);
      for (const pair of pairs) pair.update();
    },
    resume() {
      line.held.clear();
      line.bytesPerSecond = Infinity;
      for (const pair of pairs) pair.update();
    },
    throttle(bytesPerSecond) {
      line.bytesPerSecond = bytesPerSecond;
    },
    reset() {
      for (const pair of pairs) pair.reset();
    },
    refuse() {
      // It stops listening at once, and goes on with its connections.
      server.close();
    },
    async close() {
      for (const pair of pairs) pair.reset();
      if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

interface Line {
  readonly held: Set<Direction>;
  bytesPerSecond: number;
  bytes: number;
}

/** One relayed connection. */
class Pair {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #ways: readonly Way[];
  readonly #listeners: (() => void)[] = [];

  constructor(near: Socket, far: Socket, line: Line) {
    this.#near = near;
    this.#far = far;
    this.#ways = [new Way('up', near, far, line), new Way('down', far, near, line)];
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      // A socket that broke is closed next, and that is passed on.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (near.destroyed && far.destroyed) for (const listener of this.#listeners) listener();
      });
    }
  }

  whenOver(listener: () => void): void {
    this.#listeners.push(listener);
  }

  update(): void {
    for (const way of this.#ways) way.update();
  }

  reset(): void {
    this.#near.resetAndDestroy();
    // One that is still connecting has nothing to reset.
    if (this.#far.connecting) this.#far.destroy();
    else this.#far.resetAndDestroy();
  }
}

/** What one side sends, on its way to the other. */
class Way {
  readonly #direction: Direction;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #line: Line;
  #pacing = false;
  #full = false;
  /** How the sender went, where the other side has not been told yet. */
  #gone: 'ended' | 'broken' | undefined;

  constructor(direction: Direction, from: Socket, to: Socket, line: Line) {
    this.#direction = direction;
    this.#from = from;
    this.#to = to;
    this.#line = line;
    from.on('data', (chunk) => this.#pass(chunk));
    from.on('end', () => this.#leave('ended'));
    from.on('close', () => this.#leave('broken'));
    to.on('drain', () => {
      this.#full = false;
      this.update();
    });
    this.update();
  }

  /** Reads on, or does not, as the line is now. */
  update(): void {
    if (this.#line.held.has(this.#direction)) {
      this.#from.pause();
      return;
    }
    if (this.#gone === 'ended') this.#to.end();
    if (this.#gone === 'broken') this.#break();
    if (!this.#pacing && !this.#full) this.#from.resume();
  }

  #pass(chunk: Buffer): void {
    this.#line.bytes += chunk.length;
    this.#full = !this.#to.write(chunk);
    if (this.#full) this.#from.pause();
    if (this.#line.bytesPerSecond === Infinity) return;
    this.#pacing = true;
    this.#from.pause();
    setTimeout(
      () => {
        this.#pacing = false;
        this.update();
      },
      (chunk.length / this.#line.bytesPerSecond) * 1000,
    );
  }

  #leave(how: 'ended' | 'broken'): void {
    // An orderly close follows the end.
    if (this.#gone === 'ended' && this.#from.errored === null) return;
    this.#gone = how;
    if (!this.#line.held.has(this.#direction)) this.update();
  }

  #break(): void {
    if (this.#to.destroyed) return;
    if (this.#to.connecting) this.#to.destroy();
    else this.#to.resetAndDestroy();
  }
}
