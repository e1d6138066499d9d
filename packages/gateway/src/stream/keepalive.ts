import type { Http2Session } from 'node:http2';
import type { Clock } from '../clock.ts';

/** In milliseconds. */
export interface Keepalive {
  /** Between an answer and the next HTTP/2 PING. */
  readonly interval: number;
  /** For its answer. */
  readonly timeout: number;
}

/** A timer that is later than this was held up by this process, not by the peer. */
const late = 1_000;

/**
 * Asks the peer from time to time whether it is there, and destroys a session whose peer is not: a connection whose
 * far end went without a word looks healthy otherwise. A peer that sends anything is there, however long its answer
 * waits behind other bytes.
 */
export function keepAlive(session: Http2Session, options: Keepalive, clock: Clock): void {
  const { interval, timeout } = options;
  let stop = (): void => undefined;
  session.once('close', () => stop());

  const ping = (): void => {
    const bytesRead = bytesReadBy(session);
    let isAnswered = false;
    // One that cannot be sent is one that is not answered.
    if (!session.destroyed) session.ping(() => (isAnswered = true));
    const wait = (): void => {
      const due = clock.now() + timeout;
      stop = clock.after(timeout, () => {
        if (session.destroyed) return;
        if (isAnswered || bytesReadBy(session) > bytesRead) sleep();
        // We stood still; the answer may be there, unread.
        else if (clock.now() > due + late) wait();
        else session.destroy(new Error(`the peer has not answered a PING within ${timeout / 1000} s`));
      });
    };
    wait();
  };
  const sleep = (): void => {
    stop = clock.after(interval, ping);
  };
  sleep();
}

function bytesReadBy(session: Http2Session): number {
  // The socket of a destroyed one throws.
  return session.destroyed ? 0 : (session.socket?.bytesRead ?? 0);
}
