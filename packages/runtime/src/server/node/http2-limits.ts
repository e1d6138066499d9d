import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';

/** The limits of a server on its callers, in milliseconds; 0 for none. Asked for anew each time: a host may change them. */
export interface CallerLimits {
  /** For the head of a request. */
  readonly headersTimeout: number;
  /** For a whole request, its body too. */
  readonly requestTimeout: number;
  /** For a connection without a call. */
  readonly keepAliveTimeout: number;
  /** For an answer of which the caller takes nothing. */
  readonly stallTimeout: number;
  /** For a call during which no byte moves either way. */
  readonly timeout: number;
}

/** The longest time between two looks, in milliseconds. */
const longestRound = 5_000;
const shortestRound = 10;
/** Of a piece that is on its way nobody tells how much was taken: a caller has this time for each byte of it, in milliseconds. */
const slowest = 1;

/**
 * The time limits on HTTP/2 connections: Node has its own for HTTP/1.1 only, and keeps a connection that got a frame
 * larger than agreed for ever, even when the other side is gone (Node 20). It looks at what is open from time to
 * time, as Node does, because a timer for each call costs every call.
 */
export class Http2Limits {
  readonly #limits: () => CallerLimits;
  readonly #sessions = new Set<WatchedSession>();
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(limits: () => CallerLimits) {
    this.#limits = limits;
  }

  /** Holds a connection to the limits until it is closed. */
  watch(session: ServerHttp2Session): void {
    const watched = new WatchedSession(session, this.#limits().keepAliveTimeout);
    this.#sessions.add(watched);
    session.once('close', () => this.#sessions.delete(watched));
    if (this.#timer === undefined) this.#schedule();
  }

  #schedule(): void {
    const { headersTimeout, requestTimeout, stallTimeout, timeout } = this.#limits();
    const set = [headersTimeout, requestTimeout, stallTimeout, timeout].filter((limit) => limit > 0);
    const round = Math.max(shortestRound, Math.min(longestRound, ...set.map((limit) => limit / 4)));
    this.#timer = setTimeout(() => this.#look(), round).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const limits = this.#limits();
    const now = performance.now();
    for (const session of this.#sessions) session.look(limits, now);
    if (this.#sessions.size > 0) this.#schedule();
  }
}

/** A connection and its streams. */
class WatchedSession {
  readonly #session: ServerHttp2Session;
  readonly #streams = new Map<ServerHttp2Stream, WatchedStream>();
  /** Since when bytes have come that were the whole of nothing; 0 while there are none. */
  #halfSince = 0;
  #bytesRead = 0;
  #bytesWritten = 0;
  #sent = performance.now();

  constructor(session: ServerHttp2Session, keepAliveTimeout: number) {
    this.#session = session;
    const streams = this.#streams;
    session.on('stream', (stream) => {
      this.#halfSince = 0;
      streams.set(stream, new WatchedStream(stream));
      stream.once('close', () => streams.delete(stream));
    });
    // They tell that the frames which come are whole.
    const whole = (): void => void (this.#halfSince = 0);
    session.on('ping', whole).on('remoteSettings', whole).on('localSettings', whole);
    // Where the server has a `timeout`, Node's own listener would end a connection with calls under way.
    session.removeAllListeners('timeout');
    if (keepAliveTimeout === 0) return;
    const onTimeout = (): void => {
      if (streams.size > 0) session.setTimeout(keepAliveTimeout, onTimeout);
      else session.destroy();
    };
    session.setTimeout(keepAliveTimeout, onTimeout);
  }

  look(limits: CallerLimits, now: number): void {
    if (this.#session.destroyed) return;
    const { bytesRead, bytesWritten } = this.#session.socket;
    if (bytesWritten !== this.#bytesWritten) {
      this.#bytesWritten = bytesWritten;
      this.#sent = now;
    }
    if (bytesRead !== this.#bytesRead) {
      this.#bytesRead = bytesRead;
      if (this.#streams.size > 0) this.#halfSince = 0;
      else if (this.#halfSince === 0) this.#halfSince = now;
      else if (isOver(limits.headersTimeout, now - this.#halfSince)) this.#session.destroy();
    }
    for (const stream of this.#streams.values()) stream.look(limits, now, this.#sent);
  }
}

/** A call on a connection. */
class WatchedStream {
  readonly #stream: ServerHttp2Stream;
  readonly #began = performance.now();
  #hasTimeout = false;
  /** Bytes that wait for the caller, and since when no piece of them was taken. */
  #waiting = 0;
  #since = 0;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  look(limits: CallerLimits, now: number, sent: number): void {
    const stream = this.#stream;
    const isReceived = stream.endAfterHeaders || stream.readableEnded;
    if (
      (!isReceived && isOver(limits.requestTimeout, now - this.#began)) ||
      this.#isStalled(limits.stallTimeout, now, sent)
    ) {
      stream.close(constants.NGHTTP2_CANCEL);
    } else if (limits.timeout > 0 && !this.#hasTimeout) {
      this.#hasTimeout = true;
      stream.setTimeout(limits.timeout, () => stream.close(constants.NGHTTP2_CANCEL));
    }
  }

  /** @param sent when something was last sent on the connection */
  #isStalled(limit: number, now: number, sent: number): boolean {
    const stream = this.#stream;
    const { writableLength } = stream;
    if (writableLength !== this.#waiting) {
      // Pieces of one size look the same when the next waits already.
      if (this.#since === 0) stream.on('drain', () => (this.#since = performance.now()));
      this.#waiting = writableLength;
      this.#since = now;
    }
    if (writableLength === 0) return false;
    return (
      isOver(limit, now - Math.max(this.#since, sent)) ||
      isOver(limit, now - this.#since - writableLength * slowest)
    );
  }
}

function isOver(limit: number, time: number): boolean {
  return limit > 0 && time >= limit;
}
