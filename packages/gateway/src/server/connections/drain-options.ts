import type { CloseReason } from './close-reason.ts';

/** How a connection is asked to go. */
export interface DrainOptions {
  /** For logs, and for the peer where it can be told. */
  readonly why: string;
  /** It may still get requests that nobody else can take. */
  readonly lastResort: boolean;
  /** How it ends once nothing is under way on it, where the gateway ends it. */
  readonly whenIdle?: CloseReason;
  /** How it ends at the latest, in so many milliseconds. */
  readonly latest?: { readonly after: number; readonly closing: CloseReason };
  /** Told to a peer that knows the message. */
  readonly notice?: { readonly graceMs: number; readonly reconnectAfterMs: number };
}
