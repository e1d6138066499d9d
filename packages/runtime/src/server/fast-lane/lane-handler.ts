import type { Door } from '../door.ts';
import type { LaneRequest } from './lane-request.ts';
import type { PlainHead } from './read-head.ts';

/** Answers plain requests that were read on the socket, in place of the listener that it stands for. */
export interface LaneHandler {
  readonly door: Door;
  /** A caller that takes nothing of its answer for so long loses it, in milliseconds; 0 for never. */
  readonly stallTimeout: number;
  /** True where it answers a request with such a head. The listener gets it otherwise, from node:http. */
  takes(head: PlainHead): boolean;
  /** Answers a request, now or later, by `reply`. Does not throw. */
  call(request: LaneRequest, reply: LaneReply): void;
}

/** The connection of a request, as its answer is written to it: by `whole` alone, or by `begin`, `write` and `end`. */
export interface LaneReply {
  /**
   * @param head the status line and headers, each line with its end, without those of the connection
   * @param body bytes, or a string that has a character for each
   * @param after is called once, with true where all of it is on its way
   */
  whole(
    request: LaneRequest,
    head: string,
    body: Uint8Array | string,
    after: ((delivered: boolean) => void) | undefined,
  ): void;
  /** @returns false where nobody waits for the answer any more: then nothing else may be written */
  begin(request: LaneRequest, head: string): boolean;
  /** @param after is called once the piece is with the system, or lost */
  write(piece: Uint8Array | string, after: (() => void) | undefined): void;
  end(request: LaneRequest, last: string, after: (delivered: boolean) => void): void;
}

const handlers = new WeakMap<object, LaneHandler>();

/** Lets a server that has the fast lane answer plain requests by `handler`, and all others by `listener`. */
export function serveInLane(listener: object, handler: LaneHandler): void {
  handlers.set(listener, handler);
}

/** The handler that stands for a listener in the lane; undefined for one that has only node:http. */
export function laneHandlerOf(listener: object): LaneHandler | undefined {
  return handlers.get(listener);
}
