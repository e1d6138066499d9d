import type { TwirpError } from './twirp-error.ts';

/** A call whose signal somebody watches. The index is the list's own. */
export interface WatchedCall {
  watchedAt: number;
  readonly isStream: boolean;
  abort(reason: TwirpError): void;
}

/**
 * Such calls, while they are under way. A list and not a Set: a Set through which every call goes leaves its old tables
 * behind, which hold those calls, and each other, until all old objects are collected; that made up half of a call's time.
 */
export class WatchedCalls {
  readonly #calls: WatchedCall[] = [];

  add(call: WatchedCall): void {
    call.watchedAt = this.#calls.length;
    this.#calls.push(call);
  }

  delete(call: WatchedCall): void {
    const last = this.#calls.at(-1);
    if (last === undefined || this.#calls[call.watchedAt] !== call) return;
    this.#calls[call.watchedAt] = last;
    last.watchedAt = call.watchedAt;
    this.#calls.pop();
  }

  abort(reason: TwirpError): void {
    for (const call of this.#calls.slice()) call.abort(reason);
  }

  /** Ends the streams among them, which would not end by themselves. */
  abortStreams(reason: TwirpError): void {
    for (const call of this.#calls.slice()) if (call.isStream) call.abort(reason);
  }
}
