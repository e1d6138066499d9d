/**
 * A call that is being served, as far as the calls it makes depend on it; the `context` of a handler, hook or interceptor
 * fits.
 */
export interface CallerContext {
  /** Ends the calls that are made for it. */
  readonly signal: AbortSignal;
  /** When it must be answered, in milliseconds since the epoch; undefined for no deadline. */
  readonly deadline: number | undefined;
  /** The headers that put the calls that are made for it into its trace. */
  readonly traceHeaders: Readonly<Record<string, string>>;
}
