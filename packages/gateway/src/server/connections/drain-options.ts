import type { CloseReason } from './close-reason.ts';

/** The way in which a connection is asked to go. */
export interface DrainOptions {
  /** For logs, and for the peer where it can be told. */
  readonly why: string;
  /** It may still get requests that nobody else can take. */
  readonly lastResort: boolean;
  /** The end once nothing is under way on it, where the gateway ends it. */
  readonly whenIdle?: CloseReason;
  /** The end after so many milliseconds, whatever is under way. */
  readonly latest?: { readonly after: number; readonly closing: CloseReason };
  /** Told to a peer that knows the message. */
  readonly notice?: { readonly graceMs: number; readonly reconnectAfterMs: number };
}
